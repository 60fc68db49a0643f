import { expect, test } from 'vitest';
import { persistenceLines } from '../../src/facts/persistence/lines.ts';
import { servicesUnits } from '../../src/facts/services/units.ts';
import { sshAuthorizedKeys } from '../../src/facts/ssh/authorized-keys.ts';
import { sshDaemon } from '../../src/facts/ssh/daemon.ts';

const answer = (lines: readonly string[]): { exitCode: number; stdout: string; stderr: string } => ({
  exitCode: 0,
  stdout: `${lines.join('\n')}\n`,
  stderr: '',
});

test('what stands in the value of a variable is no name of one', () => {
  const environment = String.raw`TOKEN=c2VjcmV0 "AUTH=Basic c2VjcmV0=" "Q=say \"x y=\" z=" $'N=a\n b='`;
  const [unit] = servicesUnits.parse(
    answer(['=dropins 0', '|', '=units 0', '|Id=a.service', '|LoadState=loaded', `|Environment=${environment}`, '|']),
  );
  expect(unit?.environment).toEqual(['TOKEN', 'AUTH', 'Q', 'N']);
});

test('a program of a user that is called sshd is no daemon, nor is a login that outlived its own', () => {
  const process = (pid: number, uid: number, title: string): readonly string[] => [
    ...[`=parent ${pid} 0`, '|1', '|', `=uid ${pid} 0`, `|${uid}`, '|', `=title ${pid} 0`, `|${title}`, '|'],
  ];
  const exes = [
    '/proc/11/exe /usr/sbin/sshd',
    '/proc/2/exe /tmp/sshd (deleted)',
    '/proc/3/exe /usr/sbin/sshd (deleted)',
  ];
  const found = sshDaemon.parse(
    answer([
      ...['=servers 0', ...exes.map((line) => `|${line}`), '|/proc/4/exe /home/a/dropbear/vi', '|'],
      ...process(11, 0, 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'),
      ...process(2, 1000, './sshd'),
      ...process(3, 0, 'sshd: root@pts/0'),
      '=end 0',
    ]),
  );
  expect(found).toEqual({ daemons: [{ pid: 11, deleted: false }], others: [] });
});

test('a pipe in place of authorized_keys, or a long one, says nothing of other users', () => {
  const file = (user: string, what: string, type: string): readonly string[] => [
    ...[`=user ${user} 0`, `|/home/${user}`, `|/home/${user}/k`, '|', `=stat /home/${user}/k 0`],
    ...[`|600 1 1 ${user} ${user} 0 ${type}`, '|', `=${what} /home/${user}/k 0`, '|'],
  ];
  const files = sshAuthorizedKeys.parse(
    answer([...file('a', 'odd', 'fifo'), ...file('b', 'long', 'regular file'), ...file('c', 'text', 'regular file')]),
  );
  expect(files.map(({ user, untold }) => [user, untold])).toEqual([
    ['a', undefined],
    ['b', 'longer than 262144 bytes'],
    ['c', undefined],
  ]);
});

test('places of homes that were not read are told', () => {
  const { unread, lines } = persistenceLines.parse(
    answer(['fetch\t\t3\t/etc/a\u0001b', 'unread\t/home/a/.bashrc', 'end']),
  );
  expect(unread).toEqual(['/home/a/.bashrc']);
  expect(lines[0]?.path).toBe('/etc/a\nb');
});
