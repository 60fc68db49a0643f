import { expect, test } from 'vitest';
import { sshEffective } from '../../src/facts/ssh/effective.ts';
import { sshUnit } from '../../src/facts/ssh/unit.ts';
import { servedPorts } from '../../src/ssh/served-ports.ts';

const known = (value: unknown) => ({ known: true as const, value });
const units = (active: string, ...listen: readonly string[]) =>
  known({
    units: [
      { name: 'ssh.socket', active, listen },
      { name: 'ssh.service', active: 'active', listen: [] },
    ],
  });

test.each([
  ['what sshd is configured for', { [sshEffective.id]: known({ port: ['2222', '22', '22'] }) }, [22, 2222]],
  [
    'what an active socket listens on, whatever sshd is configured for',
    { [sshEffective.id]: known({ port: ['22'] }), [sshUnit.id]: units('active', '[::]:2022', '0.0.0.0:2022', '7') },
    [7, 2022],
  ],
  [
    'no socket that is idle',
    { [sshEffective.id]: known({ port: ['22'] }), [sshUnit.id]: units('inactive', '23') },
    [22],
  ],
  ['nothing where nothing is known', {}, []],
])('the ports sshd serves: %s', (_, facts, ports) => {
  expect(servedPorts({ facts })).toEqual(ports);
});
