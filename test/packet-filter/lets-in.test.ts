import { describe, expect, test } from 'vitest';
import type { HostLogin } from '../../src/core/fact.ts';
import type { Decision } from '../../src/packet-filter/decide.ts';
import { letsIn } from '../../src/packet-filter/lets-in.ts';
import type { Packet } from '../../src/packet-filter/packet.ts';

const login = (from: string | undefined, address?: string): HostLogin => ({
  user: 'ops',
  from,
  to: address === undefined ? undefined : { address, port: 22 },
  keyFingerprint: undefined,
});

/** The packets that were asked about, accepted but for those of a family. */
function asked(one: HostLogin, closed?: 4 | 6): { readonly packets: readonly Packet[]; readonly decision: Decision } {
  const packets: Packet[] = [];
  const decision = letsIn(
    (packet) => {
      packets.push(packet);
      return { verdict: packet.family === closed ? 'drop' : 'accept', where: `${packet.family}`, rule: '' };
    },
    one,
    2222,
  );
  return { packets, decision };
}

describe('whether rules let a login in', () => {
  test('it is asked for its own address, by the family it came by, to the address it came to', () => {
    const { packets, decision } = asked(login('203.0.113.7', '192.0.2.10'), 6);
    expect(packets).toEqual([
      {
        way: 'in',
        family: 4,
        peer: { family: 4, value: 0xcb007107n },
        own: { family: 4, value: 0xc000020an },
        protocol: 'tcp',
        port: 2222,
        icmpType: null,
      },
    ]);
    expect(decision.verdict).toBe('accept');
  });

  test.each([
    ['fe80::1%eth0', 'fe80::2%eth0', 6],
    ['::ffff:203.0.113.7', '::ffff:192.0.2.10', 4],
  ])('%s is of family %s', (from, to, family) => {
    expect(asked(login(from, to)).packets).toMatchObject([{ family, own: { family } }]);
  });

  test('without an address both families must let somebody in', () => {
    expect(asked(login(undefined)).decision.verdict).toBe('accept');
    expect(asked(login(undefined), 4).decision).toMatchObject({ verdict: 'drop', where: '4' });
    expect(asked(login(undefined), 6).decision).toMatchObject({ verdict: 'drop', where: '6' });
    expect(asked(login(undefined)).packets.every(({ peer }) => peer === 'elsewhere')).toBe(true);
  });

  test('what is no address is unknown', () => {
    expect(asked(login('UNKNOWN')).decision.verdict).toBe('unknown');
  });
});
