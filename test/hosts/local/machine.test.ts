import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../../src/hosts/local/machine.ts';
import { ValopsError } from '../../../src/lib/errors.ts';

const captured = (name: string): string => readFileSync(new URL(`../../vectors/proc/${name}`, import.meta.url), 'utf8');
const passwd =
  'root:x:0:0:root:/root:/bin/bash\nvalidator:x:998:997::/srv:/usr/sbin/nologin\n1234:x:55:56::/:/bin/sh\n';
const group = 'root:x:0:\nvalidator:x:997:\nstaff:x:50:a,b\n';

/** A machine whose files are these; any other path does not exist, as on a kernel built without it. */
function machineWith(files: Readonly<Record<string, string | Error>>): ReturnType<typeof createMachine> {
  const present: Readonly<Record<string, string | Error>> = { '/proc/version': 'Linux', ...files };
  return createMachine((path) => {
    const content = present[path] ?? Object.assign(new Error(`ENOENT: no such file "${path}"`), { code: 'ENOENT' });
    if (content instanceof Error) throw content;
    return content;
  });
}

const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });

describe('routes', () => {
  const routesOf = (state: string): unknown =>
    machineWith({
      '/proc/net/route': captured(`route-${state}`),
      '/proc/net/ipv6_route': captured(`ipv6_route-${state}`),
    }).routes();

  test('a machine without network, or with loopback alone, has none', () => {
    expect(routesOf('no-network')).toEqual({ known: true, value: [] });
    expect(routesOf('loopback')).toEqual({ known: true, value: [] });
  });

  test('of a host all that lead off it, not those which refuse', () => {
    expect(routesOf('host')).toEqual({
      known: true,
      value: [
        { family: 4, interface: 'eth0', destination: '0.0.0.0/0' },
        { family: 4, interface: 'eth0', destination: '192.0.2.0/25' },
        { family: 4, interface: 'eth0', destination: '192.0.2.200/32' },
        { family: 6, interface: 'eth0', destination: '2001:db8::/64' },
        { family: 6, interface: 'eth0', destination: '::/0' },
      ],
    });
  });

  test('a kernel without IPv6 has only the others', () => {
    const machine = machineWith({ '/proc/net/route': captured('route-host') });
    expect(machine.routes()).toMatchObject({ known: true, value: { length: 3 } });
  });

  test('unknown when a file cannot be read or understood', () => {
    expect(machineWith({}).routes().known).toBe(false);
    expect(machineWith({ '/proc/net/route': refused }).routes()).toEqual({
      known: false,
      reason: 'EACCES: permission denied',
    });
    expect(machineWith({ '/proc/net/route': '', '/proc/net/ipv6_route': refused }).routes().known).toBe(false);
    expect(machineWith({ '/proc/net/route': 'Iface\neth0 0\n' }).routes()).toEqual({
      known: false,
      reason: 'unexpected line in /proc/net/route: "eth0 0"',
    });
    expect(machineWith({ '/proc/net/route': '', '/proc/net/ipv6_route': '00 00\n' }).routes().known).toBe(false);
  });
});

describe('interfaces', () => {
  test('those of the system, and of the kernel list those which are up', () => {
    const machine = machineWith({
      '/proc/net/if_inet6': captured('if_inet6-host'),
      '/sys/class/net/eth0/flags': '0x1003\n',
      '/sys/class/net/down0/flags': '0x1002\n',
    });
    const fact = machine.interfaces();
    if (!fact.known) throw new Error(fact.reason);
    expect(fact.value).toContainEqual({ name: 'eth0', address: '2001:db8::10', internal: false });
    expect(fact.value).toContainEqual({ name: 'peer0', address: 'fe80::68f9:fff:fe0e:fd70', internal: false });
    expect(fact.value).toContainEqual({ name: 'lo', address: '::1', internal: true });
    expect(fact.value.filter(({ name }) => name === 'down0')).toEqual([]);
    for (const name of Object.keys(networkInterfaces())) expect(fact.value.map((one) => one.name)).toContain(name);
  });

  test('unknown when the kernel list cannot be read', () => {
    expect(machineWith({ '/proc/net/if_inet6': refused }).interfaces().known).toBe(false);
  });
});

describe('swap', () => {
  test.each([
    ['swaps-none', []],
    ['swaps-file', ['/var/tmp/swap with space']],
    ['swaps-zram', ['/dev/zram1']],
  ])('%s', (name, value) => {
    expect(machineWith({ '/proc/swaps': captured(name) }).swap()).toEqual({ known: true, value });
  });

  test('a kernel without swap has none; without /proc nothing is known', () => {
    expect(machineWith({}).swap()).toEqual({ known: true, value: [] });
    const absent = Object.assign(new Error('ENOENT: /proc/version'), { code: 'ENOENT' });
    expect(machineWith({ '/proc/version': absent }).swap()).toEqual({ known: false, reason: 'ENOENT: /proc/version' });
  });
});

describe('core dumps', () => {
  test.each([
    ['limits-no-core', 'core\n', false],
    ['limits-core', 'core\n', true],
    ['limits-no-core', '|/usr/lib/systemd/systemd-coredump %P\n', true],
    ['limits-core', '|/bin/false\n', false],
    ['limits-core', '|/bin/falsehood\n', true],
    ['limits-core', '/dev/null\n', false],
  ])('%s with pattern %j: %s', (limits, pattern, value) => {
    const machine = machineWith({ '/proc/self/limits': captured(limits), '/proc/sys/kernel/core_pattern': pattern });
    expect(machine.coreDumps()).toEqual({ known: true, value });
  });

  test('unknown without the files or the line', () => {
    expect(machineWith({}).coreDumps().known).toBe(false);
    const machine = machineWith({ '/proc/self/limits': 'Max cpu time\n', '/proc/sys/kernel/core_pattern': 'core' });
    expect(machine.coreDumps()).toEqual({ known: false, reason: '/proc/self/limits has no line "Max core file size"' });
  });
});

describe('resolveOwner', () => {
  const machine = machineWith({ '/etc/passwd': passwd, '/etc/group': group });

  test.each([
    ['validator', 998, 997],
    ['validator:', 998, 997],
    ['validator:staff', 998, 50],
    ['998', 998, 997],
    ['998:50', 998, 50],
    ['4000:4001', 4000, 4001],
    ['1234', 55, 56],
    ['root', 0, 0],
  ])('%s', (owner, uid, gid) => {
    expect(machine.resolveOwner(owner)).toEqual({ uid, gid });
  });

  test.each([
    ['nobody-here', 'unknown user "nobody-here"'],
    ['validator:nogroup-here', 'unknown group "nogroup-here"'],
    ['4000', 'user 4000 has no entry in /etc/passwd, so no primary group is known'],
    ['', '"" is not of the form USER[:GROUP]'],
    [':staff', '":staff" is not of the form USER[:GROUP]'],
    ['a:b:c', '"a:b:c" is not of the form USER[:GROUP]'],
    ['99999999999', 'unknown user "99999999999"'],
    ['4294967295:0', 'unknown user "4294967295"'],
    ['-1', 'unknown user "-1"'],
  ])('%j is refused', (owner, message) => {
    const resolve = (): unknown => machine.resolveOwner(owner);
    expect(resolve).toThrow(ValopsError);
    expect(resolve).toThrow(message);
  });
});

test('this machine answers every question', () => {
  const machine = createMachine((path) => readFileSync(path, 'utf8'));
  expect(machine.hostname()).toBe(hostname());
  expect(machine.user()).not.toBe('');
  for (const fact of [machine.interfaces(), machine.routes(), machine.swap(), machine.coreDumps()]) {
    expect(fact).toMatchObject({ known: true });
  }
  expect(machine.resolveOwner('root')).toEqual({ uid: 0, gid: 0 });
});
