import type { Question } from '../../core/fact.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { partFunctions, readParts } from '../parts.ts';
import { askForUnits, readUnits, type SystemdUnit } from '../systemd-units.ts';

export interface BootFile extends FileMetadata {
  readonly path: string;
  readonly text: string;
}

export interface FirewallBoot {
  /** Units that could load rules, as far as they exist; null where systemd does not run. */
  readonly units: readonly SystemdUnit[] | null;
  /** Files those units would load rules from, as far as they exist. */
  readonly files: readonly BootFile[];
}

const units = [
  'nftables.service',
  'ufw.service',
  'netfilter-persistent.service',
  'firewalld.service',
  'docker.service',
  'shorewall.service',
  'ferm.service',
] as const;

/** What would set up the firewall after a boot. */
export const firewallBoot: Question<FirewallBoot> = {
  id: 'firewall.boot',
  family: 'firewall',
  title: 'what loads firewall rules at boot, and from which files',
  script: () => `${partFunctions}${askForUnits(units)}
for path in /etc/nftables.conf /etc/nftables.d/* /etc/nftables/* /etc/iptables/rules.v4 /etc/iptables/rules.v6; do
  [ ! -f "$path" ] || file "$path"
done`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const files = [...parts].flatMap(([name, { status, exact }]): BootFile[] => {
      if (!name.startsWith('text ')) return [];
      const path = name.slice('text '.length);
      const metadata = readMetadata(parts, path);
      if (status !== 0 || metadata === null) throw new Error(`"${path}" could not be read`);
      return [{ path, ...metadata, text: exact }];
    });
    return { units: readUnits(parts)?.filter(({ load }) => load !== 'not-found') ?? null, files };
  },
};
