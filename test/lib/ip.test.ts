import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, formatNetwork, type Network, parseIp, parseNetwork } from '../../src/lib/ip.ts';

const network = (text: string): Network => {
  const parsed = parseNetwork(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const anyNetwork = fc.oneof(
  fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 0, max: 32 })).map(([value, length]): Network => {
    const host = BigInt(32 - length);
    return { family: 4, value: (value >> host) << host, length };
  }),
  fc.tuple(fc.bigInt(2n ** 64n, 2n ** 128n - 1n), fc.integer({ min: 0, max: 128 })).map(([value, length]): Network => {
    const host = BigInt(128 - length);
    return { family: 6, value: (value >> host) << host, length };
  }),
);

describe('addresses and networks', () => {
  // RFC 5952, section 4: the one way to write an address
  test.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ])('%s is %s', (text, canonical) => {
    expect(formatNetwork(network(text))).toBe(canonical);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/33',
    ':::',
    '1::2::3',
    '12345::',
    '::1/129',
    '1:2:3:4:5:6:7:8:9',
    '::ffff:10.0.0.0/8',
    'fe80::1%eth0',
    '10.0.0.0/',
  ])('"%s" is neither', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });

  test('what is written is read back, and is what Node takes for an address', () => {
    fc.assert(
      fc.property(anyNetwork, (one) => {
        const text = formatNetwork(one);
        // the 96 bits of a mapped address read as IPv4: RFC 4291, 2.5.5.2
        if (one.family === 6 && one.value >> 32n === 0xffffn) return;
        expect(parseNetwork(text)).toEqual(one);
        if (one.family === 6) expect(isIPv6(text.split('/')[0] ?? '')).toBe(true);
      }),
    );
  });

  test('a network holds its own addresses, wider ones hold it, and nothing of the other family', () => {
    fc.assert(
      fc.property(anyNetwork, fc.integer({ min: 0, max: 128 }), (one, shorter) => {
        const wide = parseNetwork(formatNetwork({ ...one, length: Math.min(shorter, one.length) }));
        if (wide === null || wide.family !== one.family) return;
        expect(contains(wide, one)).toBe(true);
        expect(contains(one, wide)).toBe(wide.length === one.length);
      }),
    );
    expect(contains(network('::/0'), network('10.0.0.1'))).toBe(false);
    const address = parseIp('10.0.0.1');
    expect(address !== null && contains(network('10.0.0.0/31'), address)).toBe(true);
  });
});
