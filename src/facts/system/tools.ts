import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Tools {
  /** Absolute path by name; null for what is missing. */
  readonly paths: Readonly<Record<(typeof names)[number], string | null>>;
  /** Versions of installed packages by name, as dpkg has them; null where there is no dpkg. */
  readonly packages: Readonly<Record<string, string>> | null;
}

const names = [
  'sshd',
  'ssh',
  'ssh-keygen',
  'nft',
  'ufw',
  'iptables',
  'iptables-legacy',
  'systemctl',
  'systemd-run',
  'journalctl',
  'ss',
  'ip',
  'docker',
  'sudo',
  'setsid',
  'unshare',
  'timeout',
  'flock',
  'crontab',
  'sha256sum',
] as const;

const packages = [
  'openssh-server',
  'openssh-client',
  'nftables',
  'ufw',
  'iptables',
  'systemd',
  'sudo',
  'iproute2',
  'cron',
];

export const systemTools: Question<Tools> = {
  id: 'system.tools',
  family: 'system',
  title: 'programs valops works with: where, which version',
  script: () => `${partFunctions}
paths() { for name in ${names.join(' ')}; do printf '%s %s\\n' "$name" "$(command -v "$name")"; done; }
packages() { dpkg-query -W -f '\${Package} \${db:Status-Abbrev}\${Version}\\n' ${packages.join(' ')} 2>/dev/null; }
part paths paths
! command -v dpkg-query >/dev/null || part packages packages`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const found = new Map(
      partOf(parts, 'paths')
        .text.split('\n')
        .map((line) => {
          const [name = '', path = ''] = line.split(' ');
          return [name, path] as const;
        }),
    );
    const listed = parts.get('packages');
    return {
      paths: Object.fromEntries(names.map((name) => [name, found.get(name) || null])) as Tools['paths'],
      packages:
        listed === undefined
          ? null
          : Object.fromEntries(
              [...listed.text.matchAll(/^(\S+) .i +(\S+)$/gm)].map(([, name = '', version = '']) => [name, version]),
            ),
    };
  },
};
