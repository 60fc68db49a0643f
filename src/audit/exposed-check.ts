import { listeningSockets } from '../facts/listening/sockets.ts';
import { contains, parseIp, parseNetwork } from '../lib/ip.ts';
import { type Check, defineCheck } from './check.ts';
import type { Judgement } from './finding.ts';

/** A port and what usually listens there. */
export type KnownPort = readonly [port: number, name: string];

/** Networks nobody outside of them reaches: loopback, link, RFC 1918, RFC 6598, RFC 4193. */
const inside = [
  '127.0.0.0/8',
  '::1',
  '169.254.0.0/16',
  'fe80::/10',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
].flatMap((one) => parseNetwork(one) ?? []);

type Text = Pick<Check, 'id' | 'title' | 'why' | 'severity' | 'cadence' | 'expectations' | 'remediation'>;

/** A check that nothing listens to everybody on ports which are for this host alone, unless the firewall's policy says so. */
export function exposedCheck(text: Text, ports: readonly KnownPort[]): Check {
  const known = new Map(ports);
  return defineCheck({
    ...text,
    needs: { sockets: listeningSockets },
    evaluate: ({ sockets }, { firewall }, { name }) => {
      const found = sockets.filter(({ port, protocol }) => protocol === 'tcp' && known.has(port));
      const judged = found.map(({ port, address, processes, interface: device }): Judgement => {
        const ip = parseIp(address);
        const isInside = device === 'lo' || (ip !== null && inside.some((network) => contains(network, ip)));
        const isDeclared = firewall?.public.some((one) => one.port === port && one.proto === 'tcp') === true;
        const by = processes.length === 0 ? 'a program' : processes.join(', ');
        return {
          status: isInside || isDeclared ? 'pass' : 'fail',
          subject: `${address.includes(':') ? `[${address}]` : address}:${port}`,
          expected: isDeclared ? 'declared in firewall.public' : 'an address of this host or of a private network',
          running: `${by} at ${address}${device === null ? '' : ` on ${device}`}`,
          evidence: `${port} is the port of ${known.get(port)}`,
        };
      });
      return judged.length > 0
        ? judged
        : [{ status: 'pass', subject: name, running: `nothing listens on ${ports.map(([port]) => port).join(', ')}` }];
    },
  });
}
