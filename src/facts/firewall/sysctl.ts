import type { Question } from '../../core/fact.ts';

const names = [
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'net.ipv6.conf.all.disable_ipv6',
  'net.ipv6.conf.default.disable_ipv6',
  'net.ipv6.bindv6only',
  'net.ipv4.conf.all.route_localnet',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.default.rp_filter',
  'net.ipv4.conf.all.accept_redirects',
  'net.ipv6.conf.all.accept_redirects',
  'net.ipv4.conf.all.accept_source_route',
  'net.ipv6.conf.all.accept_source_route',
  'net.ipv4.tcp_syncookies',
] as const;

/** Running values by name; null for what this kernel does not have (no IPv6, say). */
export type NetworkSysctl = Readonly<Record<(typeof names)[number], string | null>>;

/** Kernel settings that decide what a packet filter has to deal with. */
export const firewallSysctl: Question<NetworkSysctl> = {
  id: 'firewall.sysctl',
  family: 'firewall',
  title: 'kernel settings of the network: forwarding, IPv6, redirects',
  script: () => `for name in ${names.join(' ')}; do
  value=
  path=/proc/sys/$(echo "$name" | tr . /)
  [ ! -r "$path" ] || read -r value <"$path"
  printf '%s=%s\\n' "$name" "$value"
done`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const values = new Map(
      stdout.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return Object.fromEntries(
      names.map((name) => {
        const value = values.get(name);
        if (value === undefined) throw new Error(`the answer lacks "${name}"`);
        return [name, value === '' ? null : value];
      }),
    ) as NetworkSysctl;
  },
};
