import type { Question } from '../../core/fact.ts';
import { type Part, partFunctions, partOf, readParts } from '../parts.ts';

export interface KernelSecurity {
  readonly commandLine: string;
  /** Security modules in use; null where the kernel does not tell (no securityfs, as in containers). */
  readonly lsm: readonly string[] | null;
  /** `none`, `integrity` or `confidentiality`; null where the kernel does not tell. */
  readonly lockdown: string | null;
  /** Null where the firmware is not EFI or is not seen. */
  readonly secureBoot: boolean | null;
  /** By name: what the kernel says of flaws of the processor. */
  readonly vulnerabilities: Readonly<Record<string, string>>;
}

/** How the kernel was started, what guards it, and flaws of the processor. */
export const kernelSecurity: Question<KernelSecurity> = {
  id: 'kernel.security',
  family: 'kernel',
  title: 'kernel command line, security modules, lockdown, processor flaws',
  script: () => `${partFunctions}
part cmdline cat /proc/cmdline
for name in lsm lockdown; do
  [ ! -r "/sys/kernel/security/$name" ] || part "$name" cat "/sys/kernel/security/$name"
done
boot=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
[ ! -r "$boot" ] || part boot od -An -t u1 "$boot"
flaws() { grep -s . /sys/devices/system/cpu/vulnerabilities/* /dev/null; }
part flaws flaws`,
  privileged: true,
  timeout: 5,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const text = (part: Part | undefined): string | null => (part?.status === 0 ? part.text.trim() : null);
    const boot = text(parts.get('boot'));
    return {
      commandLine: partOf(parts, 'cmdline').text.trim(),
      lsm: text(parts.get('lsm'))?.split(',').filter(Boolean) ?? null,
      lockdown: /\[(\w+)\]/.exec(text(parts.get('lockdown')) ?? '')?.[1] ?? null,
      secureBoot: boot === null ? null : /\b1$/.test(boot),
      vulnerabilities: Object.fromEntries(
        partOf(parts, 'flaws')
          .text.split('\n')
          .flatMap((line) => {
            const match = /^\/sys\/devices\/system\/cpu\/vulnerabilities\/([^:]+):(.*)$/.exec(line);
            return match === null ? [] : [[match[1] ?? '', (match[2] ?? '').trim()] as const];
          }),
      ),
    };
  },
};
