import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { askForUnits, readUnits, type SystemdUnit } from '../systemd-units.ts';

export interface AptSettings {
  /** By full name, the last value of each; only those of verification, automatic runs and hooks. */
  readonly settings: Readonly<Record<string, string>>;
  /** Units that fetch lists and install updates by themselves; null where systemd does not run. */
  readonly units: readonly SystemdUnit[] | null;
  /** Whether the program unattended-upgrade is there. */
  readonly unattendedUpgrades: boolean;
  /** Files and directories of apt's configuration and keys that somebody other than root may change. */
  readonly writable: readonly { readonly path: string; readonly mode: string; readonly owner: string }[];
}

const wanted =
  '^(APT::Periodic::|Unattended-Upgrade::|APT::Get::(AllowUnauthenticated|Allow-|Force-Yes|Assume-Yes)|Acquire::(Allow|Check-Valid-Until|Check-Date|https::(.*::)?Verify-|Max-FutureTime)|APT::Authentication::)';

/** How apt checks what it fetches, and what it does by itself. */
export const packagesApt: Question<AptSettings> = {
  id: 'packages.apt',
  family: 'packages',
  title: 'settings of apt: verification, automatic updates, who may change them',
  script: () => `${partFunctions}
command -v apt-config >/dev/null || exit 3
settings() { apt-config dump | { grep -E '${wanted}' || :; }; }
writable() {
  for place in /etc/apt /usr/share/keyrings; do
    [ ! -d "$place" ] || find "$place" -xdev ! -type l \\( -perm /022 -o ! -user root \\) -printf '%m %u %p\\n'
  done
}
part settings settings
part writable writable
part program test -x /usr/bin/unattended-upgrade
${askForUnits(['apt-daily.timer', 'apt-daily-upgrade.timer', 'unattended-upgrades.service'])}`,
  privileged: false,
  timeout: 10,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('apt is not installed');
    const parts = readParts(stdout);
    const settings = partOf(parts, 'settings')
      .text.split('\n')
      .flatMap((line) => {
        const match = /^(\S+) "(.*)";$/.exec(line);
        return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
      });
    return {
      settings: Object.fromEntries(settings),
      units: readUnits(parts)?.filter(({ load }) => load !== 'not-found') ?? null,
      unattendedUpgrades: partOf(parts, 'program').status === 0,
      writable: partOf(parts, 'writable')
        .text.split('\n')
        .flatMap((line) => {
          const match = /^(\d+) (\S+) (.+)$/.exec(line);
          return match === null
            ? []
            : [{ path: match[3] ?? '', mode: (match[1] ?? '').padStart(4, '0'), owner: match[2] ?? '' }];
        }),
    };
  },
};
