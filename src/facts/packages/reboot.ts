import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Reboot {
  /** A package asked for a reboot (/run/reboot-required). */
  readonly required: boolean;
  /** Packages that did, as far as they are named. */
  readonly packages: readonly string[];
  /** Release of the running kernel. */
  readonly running: string;
  /** Releases of kernels in /boot; empty in containers. */
  readonly installed: readonly string[];
}

/** Whether what is installed waits for a reboot. */
export const packagesReboot: Question<Reboot> = {
  id: 'packages.reboot',
  family: 'packages',
  title: 'kernels installed, the one that runs, and a reboot asked for',
  script: () => `${partFunctions}
part required test -e /run/reboot-required -o -e /var/run/reboot-required
asked() { [ ! -r /run/reboot-required.pkgs ] || sort -u /run/reboot-required.pkgs | head -n 50; }
kernels() { for path in /boot/vmlinuz-*; do [ ! -f "$path" ] || echo "\${path#/boot/vmlinuz-}"; done; }
part asked asked
part running uname -r
part kernels kernels`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    return {
      required: partOf(parts, 'required').status === 0,
      packages: lines('asked'),
      running: partOf(parts, 'running').text,
      installed: lines('kernels'),
    };
  },
};
