import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** A setting as it stands in a file. */
export interface CoreSetting {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface CoreDumps {
  /** `kernel.core_pattern`: a file name, or a program behind `|`. */
  readonly pattern: string;
  /** Lines of coredump.conf(5) and its drop-ins that set something, in the order in which they are read. */
  readonly handler: readonly CoreSetting[];
  /** Lines of limits.conf(5) about `core`, in the order in which they are read. */
  readonly limits: readonly CoreSetting[];
  /** `DefaultLimitCORE` of systemd: hard limit of services; null where systemd does not run. */
  readonly defaultLimit: string | null;
  /** Dumps that lie about, at most 100. */
  readonly stored: readonly string[];
}

/** What becomes of the memory of a process that crashes. */
export const kernelCoreDumps: Question<CoreDumps> = {
  id: 'kernel.core-dumps',
  family: 'kernel',
  title: 'core dumps: where they go, limits, and those that lie about',
  script: () => `${partFunctions}
part pattern cat /proc/sys/kernel/core_pattern
handler() {
  for path in /etc/systemd/coredump.conf /usr/lib/systemd/coredump.conf.d/*.conf /run/systemd/coredump.conf.d/*.conf /etc/systemd/coredump.conf.d/*.conf; do
    [ ! -f "$path" ] || printf '%s\\0' "$path"
  done | xargs -0r grep -anHE '^[[:space:]]*[A-Za-z]+[[:space:]]*=' /dev/null
  :
}
limits() {
  for path in /etc/security/limits.conf /etc/security/limits.d/*.conf; do
    [ ! -f "$path" ] || printf '%s\\0' "$path"
  done | xargs -0r grep -anHE '^[^#]*[[:space:]]core[[:space:]]' /dev/null
  :
}
stored() {
  for place in /var/lib/systemd/coredump /var/crash /var/lib/apport/coredump; do
    [ ! -d "$place" ] || find "$place" -xdev -maxdepth 1 -type f ! -name '.*'
  done | head -n 100
}
part handler handler
part limits limits
part stored stored
[ ! -d /run/systemd/system ] || part default systemctl show -p DefaultLimitCORE --value`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const settings = (name: string): readonly CoreSetting[] =>
      partOf(parts, name)
        .text.split('\n')
        .flatMap((line) => {
          const match = /^(\/.*?):(\d+):\s*(.*?)\s*$/.exec(line);
          return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]), text: match[3] ?? '' }];
        });
    const pattern = partOf(parts, 'pattern');
    if (pattern.status !== 0) throw new Error('kernel.core_pattern could not be read');
    return {
      pattern: pattern.text,
      handler: settings('handler'),
      limits: settings('limits'),
      defaultLimit: parts.get('default')?.text ?? null,
      stored: partOf(parts, 'stored').text.split('\n').filter(Boolean),
    };
  },
};
