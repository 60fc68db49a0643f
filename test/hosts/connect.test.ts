import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/hosts/address.ts';
import { fanOut } from '../../src/hosts/fan-out.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { fakeHost } from '../support/fake-host.ts';
import { makeHosts } from '../support/hosts.ts';

describe('which hosts', () => {
  const { hosts } = makeHosts({
    inventory: {
      a: { address: '192.0.2.1', groups: ['validators'] },
      b: { address: '192.0.2.2', groups: ['validators', 'edge'] },
      c: { address: '192.0.2.3' },
    },
  });

  test('none is this machine', () => {
    expect(hosts.select([])).toEqual([undefined]);
    expect(hosts.nameOf(undefined)).toBe('this machine');
  });

  test('names, groups and addresses, each host once', () => {
    expect(hosts.select(['c', 'validators', 'b', 'root@192.0.2.9:2222'])).toEqual([
      'c',
      'a',
      'b',
      'root@192.0.2.9:2222',
    ]);
  });

  test.each([
    'd',
    'toString',
    '__proto__',
    '192.0.2.1',
    'a b@c',
    '-oX@h',
    'u@-h',
    'u@h:0',
    'u@h:99999',
    'u@2001:db8::1',
    '',
  ])('"%s" is none', (name) => {
    expect(() => hosts.select([name])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('user@address[:port]', () => {
  test.each([
    ['u@h', { user: 'u', address: 'h', port: undefined }],
    ['h', { user: undefined, address: 'h', port: undefined }],
    ['u@192.0.2.1:22', { user: 'u', address: '192.0.2.1', port: 22 }],
    ['u@[2001:db8::1]', { user: 'u', address: '2001:db8::1', port: undefined }],
    ['u@[fe80::1%eth0]:2222', { user: 'u', address: 'fe80::1%eth0', port: 2222 }],
  ])('%s', (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });
});

describe('several hosts at once', () => {
  test('in their order, never more than the limit, and one failure stops nobody', async () => {
    let running = 0;
    let most = 0;
    const names = Array.from({ length: 40 }, (_, n) => n);
    const outcomes = await fanOut(names, 7, async (n) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => {
        setTimeout(resolve, (n * 7) % 11);
      });
      running--;
      if (n % 5 === 0) throw new ValopsError('HOST_UNREACHABLE', `no way to ${n}`);
      return n * 2;
    });
    expect(most).toBe(7);
    expect(outcomes.map(({ host }) => host)).toEqual(names);
    expect(outcomes[4]).toEqual({ host: 4, result: 8 });
    expect(outcomes[5]).toMatchObject({ host: 5, error: { code: 'HOST_UNREACHABLE' } });
    expect(outcomes.filter((one) => 'error' in one).length).toBe(8);
  });

  test('a bug is no outcome, but the others end first', async () => {
    const ended: number[] = [];
    const work = async (n: number): Promise<void> => {
      await Promise.resolve();
      if (n === 0) throw new TypeError('bug');
      ended.push(n);
    };
    await expect(fanOut([0, 1, 2], 1, work)).rejects.toThrow('bug');
    expect(ended).toEqual([1, 2]);
  });
});

describe('the fake is honest', () => {
  const request = { as: 'user', timeout: 10 } as const;

  test('a script nobody foresaw is a fault of the test', async () => {
    await expect(fakeHost([]).run({ ...request, script: 'id' })).rejects.toThrow(/not told/);
  });

  test('a cut connection stays cut, and limits are counted', async () => {
    const host = fakeHost([
      { script: 'a', times: 2 },
      { script: 'cut', cuts: true },
    ]);
    await host.run({ ...request, script: 'a' });
    expect(host.left().length).toBe(1);
    await expect(host.run({ ...request, script: 'cut' })).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
    await expect(host.run({ ...request, script: 'a' })).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
  });

  test('root is refused where there is none', async () => {
    const host = fakeHost([{ script: 'a' }], { root: false });
    await expect(host.run({ script: 'a', as: 'root', timeout: 1 })).rejects.toMatchObject({ code: 'HOST_NOT_ROOT' });
    expect((await host.run({ script: 'a', as: 'prefer-root', timeout: 1 })).exitCode).toBe(0);
  });
});
