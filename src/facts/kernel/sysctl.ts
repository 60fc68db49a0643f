import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type PersistedSysctl, readPersisted, sysctlFunctions, sysctlName } from '../sysctl-files.ts';

export interface KernelSysctl {
  /** By name: every setting looked at by a check, and every one that a file sets; null: not there, or not readable. */
  readonly running: Readonly<Record<string, string | null>>;
  readonly persisted: readonly PersistedSysctl[];
}

const names = [
  'kernel.kptr_restrict',
  'kernel.dmesg_restrict',
  'kernel.unprivileged_bpf_disabled',
  'kernel.yama.ptrace_scope',
  'kernel.randomize_va_space',
  'kernel.kexec_load_disabled',
  'kernel.perf_event_paranoid',
  'kernel.sysrq',
  'fs.protected_fifos',
  'fs.protected_regular',
  'fs.protected_hardlinks',
  'fs.protected_symlinks',
  'fs.suid_dumpable',
  'fs.nr_open',
  'vm.max_map_count',
  'vm.mmap_min_addr',
  'net.core.rmem_max',
  'net.core.wmem_max',
];

/** Kernel settings as they are, and as files would set them at boot. */
export const kernelSysctl: Question<KernelSysctl> = {
  id: 'kernel.sysctl',
  family: 'kernel',
  title: 'kernel settings: running, and as files set them at boot',
  script: () => `${partFunctions}${sysctlFunctions}
found=$(persisted)
part persisted printf '%s' "$found"
part linked linked
running() {
  {
    printf '%s\\n' ${names.join(' ')}
    printf '%s\\n' "$found" | sed -n 's/^[^:]*:[0-9]*:[[:space:]]*-\\{0,1\\}[[:space:]]*\\([A-Za-z0-9_./-]*\\)[[:space:]]*=.*/\\1/p'
  } | awk '/\\.\\.|\\/\\// { next }
    { separator = $0; sub(/^[^.\\/]*/, "", separator) }
    substr(separator, 1, 1) != "/" { gsub(/\\//, "\\001"); gsub(/\\./, "/"); gsub(/\\001/, ".") }
    { printf "/proc/sys/%s\\n", $0 }' | sort -u | xargs -r grep -sH '' /dev/null
  :
}
part running running`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    const persisted = readPersisted(lines('persisted'), lines('linked').length > 0);
    const found = new Map(
      lines('running').flatMap((line) => {
        const match = /^\/proc\/sys\/([^:]+):(.*)$/.exec(line);
        return match === null
          ? []
          : [[sysctlName(match[1] ?? ''), (match[2] ?? '').trim().replaceAll(/\s+/g, ' ')] as const];
      }),
    );
    if (found.size === 0) throw new Error('no running setting could be read');
    const wanted = new Set([...names, ...persisted.map(({ name }) => name).filter((name) => !name.includes('*'))]);
    return { running: Object.fromEntries([...wanted].map((name) => [name, found.get(name) ?? null])), persisted };
  },
};
