import type { Question } from '../../core/fact.ts';

export interface HostAddress {
  readonly interface: string;
  readonly address: string;
  /** Length of the network prefix in bits. */
  readonly prefix: number;
  /** `global`, `link`, `host` … */
  readonly scope: string;
}

/** Addresses of all interfaces, in the order of ip(8). */
export const systemAddresses: Question<readonly HostAddress[]> = {
  id: 'system.addresses',
  family: 'system',
  title: 'addresses of the interfaces',
  script: () => `command -v ip >/dev/null || { echo 'ip is not installed' >&2; exit 127; }
ip -o address show`,
  privileged: false,
  timeout: 5,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `ip ended with ${exitCode}`);
    return [
      ...stdout.matchAll(/^\d+: (\S+) +inet6? ([0-9a-f.:]+)(?: peer [0-9a-f.:]+)?(?:\/(\d+))? .*?scope (\S+)/gm),
    ].map(([line, device = '', address = '', prefix, scope = '']) => ({
      interface: device,
      address,
      prefix: prefix === undefined ? (line.includes(' inet6 ') ? 128 : 32) : Number(prefix),
      scope,
    }));
  },
};
