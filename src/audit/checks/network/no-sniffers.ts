import { networkLinks } from '../../../facts/network/links.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

/** Programs that need packet sockets for their work: DHCP, LLDP, failover. */
const usual = [
  'systemd-network',
  'systemd-networkd',
  'dhclient',
  'dhcpcd',
  'udhcpc',
  'NetworkManager',
  'wpa_supplicant',
  'lldpd',
  'keepalived',
  'arpwatch',
  'suricata',
];

export const noSniffers = defineCheck({
  id: 'network.no-sniffers',
  title: 'nobody listens to all traffic of the host',
  why: 'A program that reads every packet is how passwords and tokens leave a host that is otherwise quiet.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no promiscuous interface, no strange packet socket', 'packet(7); Lynis NETW-3014'),
  remediation: 'Who is it: ss -0anp; then end it and see where it came from; ip link set <INTERFACE> promisc off',
  needs: { links: networkLinks },
  evaluate: ({ links: { interfaces, packetPrograms } }) => {
    const judged = interfaces
      .filter(({ master }) => master === null)
      .map(({ name, promiscuous }): Judgement => ({
        status: promiscuous ? 'fail' : 'pass',
        subject: name,
        expected: 'not promiscuous',
        running: promiscuous ? 'promiscuous' : 'not promiscuous',
      }));
    if (packetPrograms === null)
      return [
        ...judged,
        { status: 'unknown', subject: 'packet sockets', evidence: 'ss is not installed: their programs were not seen' },
      ];
    const strange = packetPrograms.filter((name) => !usual.includes(name.slice(0, 15)) && !usual.includes(name));
    return [
      ...judged,
      ...strange.map((name): Judgement => ({
        status: 'fail',
        subject: `packet socket of ${name}`,
        expected: 'none',
        running: name,
      })),
      ...(strange.length === 0
        ? [{ status: 'pass', subject: 'packet sockets', running: packetPrograms.join(', ') || 'none' } as const]
        : []),
    ];
  },
});
