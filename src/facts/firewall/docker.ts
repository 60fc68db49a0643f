import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Docker {
  readonly running: boolean;
  /** Whether it writes its own rules, by `iptables` and `ip6tables` of /etc/docker/daemon.json; both true by default. */
  readonly writesRules: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** Published ports as docker prints them, for example `0.0.0.0:8545->8545/tcp`; null when not told. */
  readonly published: readonly { readonly container: string; readonly ports: readonly string[] }[] | null;
}

/** Docker's own firewall rules go before those of the host. Null where docker is not installed. */
export const firewallDocker: Question<Docker | null> = {
  id: 'firewall.docker',
  family: 'firewall',
  title: 'docker: ports it publishes past the firewall',
  script: () => `${partFunctions}
running() {
  for process in /proc/[0-9]*/comm; do
    read -r name <"$process" || continue
    [ "$name" != dockerd ] || return 0
  done 2>/dev/null
  return 1
}
command -v dockerd >/dev/null || command -v docker >/dev/null || { part absent true; exit 0; }
part running running
file /etc/docker/daemon.json
# asked only when it runs: a connection to docker.socket would start it
! running || ! command -v docker >/dev/null || part published docker ps --no-trunc --format '{{.Names}} {{.Ports}}'`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
    const published = parts.get('published');
    const config = readConfig(parts.get('text /etc/docker/daemon.json')?.text ?? '');
    return {
      running: partOf(parts, 'running').status === 0,
      writesRules: { ipv4: config['iptables'] !== false, ipv6: config['ip6tables'] !== false },
      published:
        published?.status === 0
          ? published.text
              .split('\n')
              .filter(Boolean)
              .map((line) => {
                const [container = '', ...ports] = line.split(/,? /);
                return { container, ports: ports.filter(Boolean) };
              })
          : null,
    };
  },
};

/** The rest of the file stays unread: it may hold the password of a proxy. */
function readConfig(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    throw new Error('/etc/docker/daemon.json is not JSON');
  }
}
