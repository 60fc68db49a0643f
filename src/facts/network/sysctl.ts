import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type PersistedSysctl, readPersisted, sysctlFunctions } from '../sysctl-files.ts';

export interface NetworkSettings {
  /** By name below `net.ipv4` and `net.ipv6`, interfaces included: `net.ipv4.conf.eth0.rp_filter`. */
  readonly running: Readonly<Record<string, number>>;
  /** What files set at boot, those of ufw after those of sysctl.d(5). */
  readonly persisted: readonly PersistedSysctl[];
}

const perInterface = {
  ipv4: ['accept_redirects', 'send_redirects', 'accept_source_route', 'rp_filter', 'log_martians', 'forwarding'],
  ipv6: ['accept_redirects', 'accept_source_route', 'accept_ra', 'forwarding', 'disable_ipv6'],
};
const single = ['tcp_syncookies', 'icmp_echo_ignore_broadcasts', 'icmp_ignore_bogus_error_responses'];

const patterns = [
  ...Object.entries(perInterface).map(([family, names]) => `${family}/conf/*/(${names.join('|')})`),
  ...single.map((name) => `ipv4/${name}`),
];

/** Settings of the network as the kernel has them for each interface, and as files set them at boot. */
export const networkSysctl: Question<NetworkSettings> = {
  id: 'network.sysctl',
  family: 'network',
  title: 'kernel settings of the network: running, by interface, and as files set them',
  script: () => `${partFunctions}${sysctlFunctions}
part persisted persisted
part linked linked
if grep -qsi '^ENABLED=yes' /etc/ufw/ufw.conf; then part ufw grep -anHE '^[^#]*=' /etc/ufw/sysctl.conf; fi
running() {
  cd /proc/sys/net || return
  grep -sH '' ${patterns.flatMap((pattern) => expand(pattern)).join(' ')}
  :
}
part running running`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => parts.get(name)?.text.split('\n').filter(Boolean) ?? [];
    const running = partOf(parts, 'running')
      .text.split('\n')
      .flatMap((line) => {
        const [, path, value] = /^(ipv[46]\/\S+):(-?\d+)$/.exec(line) ?? [];
        return path === undefined ? [] : [[`net.${path.replaceAll('/', '.')}`, Number(value)] as const];
      });
    if (running.length === 0) throw new Error('no running setting could be read');
    const ufw = readPersisted(lines('ufw'), true);
    return {
      running: Object.fromEntries(running),
      persisted: [
        ...readPersisted(lines('persisted'), lines('linked').length > 0).filter(({ name }) => name.startsWith('net.')),
        ...ufw,
      ],
    };
  },
};

/** One glob for each word: sh knows no braces. */
function expand(pattern: string): readonly string[] {
  const [, head, words] = /^(.*)\((.*)\)$/.exec(pattern) ?? [];
  return head === undefined || words === undefined ? [pattern] : words.split('|').map((word) => head + word);
}
