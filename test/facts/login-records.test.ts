import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loginFunctions, readLoginCounts, type LoginCounts } from '../../src/facts/login-records.ts';

const now = new Date('2026-11-22T12:00:00Z');
const from = new Date('2026-09-23T12:00:00Z');
const directory = mkdtempSync(join(tmpdir(), 'valops-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function count(files: readonly (string | Buffer)[], lines = 'login_lines'): LoginCounts {
  const paths = files.map((content, index) => {
    const path = join(directory, `auth.log.${index}${Buffer.isBuffer(content) && content[0] === 0x1f ? '.gz' : ''}`);
    writeFileSync(path, content);
    return path;
  });
  const script = `${loginFunctions}\n${lines} "$@" | login_count`;
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...paths], { encoding: 'utf8' });
  return readLoginCounts(stdout, from, now);
}

const fingerprint = 'SHA256:ahpeDuZVFzdBAWz8IgKQDOXbhtY0AsYaxRn2C7kFAYU';
const rfc3339 = (text: string): string => `2026-11-21T07:24:25.123456+01:00 val-1 sshd[812]: ${text}\n`;
const traditional = (text: string, day = 'Nov 21'): string => `${day} 07:24:25 val-1 sshd-session[812]: ${text}\n`;
const accepted = `Accepted publickey for ops from 192.0.2.7 port 50000 ssh2: ED25519 ${fingerprint}`;

describe('records of logins, counted by the program of the hosts', () => {
  test('both shapes, rotated and compressed files: logins by user, source, method, key and day', () => {
    const old = gzipSync(traditional(accepted, 'Nov  2') + traditional(accepted, 'Dec 24'));
    const { counts, unread, status } = count([rfc3339(accepted) + traditional(accepted), old]);
    const login = { outcome: 'accepted', user: 'ops', source: '192.0.2.7', method: 'publickey', key: fingerprint };
    expect(counts).toEqual([
      { ...login, day: '2026-11-02', count: 1 },
      { ...login, day: '2026-11-21', count: 1 },
      { ...login, day: '2026-11-21', count: 1 },
    ]);
    expect([unread, status]).toEqual([0, 0]);
  });

  test('certificates, IPv6, keyboard-interactive; refused and broken off tries by day', () => {
    const certificate = `Accepted publickey for root from 2001:db8::9 port 5 ssh2: ED25519-CERT ${fingerprint} ID a b (serial 0) CA RSA SHA256:other`;
    const text =
      rfc3339(certificate) +
      rfc3339('Accepted keyboard-interactive/pam for root from 192.0.2.7 port 5 ssh2') +
      rfc3339('Failed password for root from 198.51.100.1 port 5 ssh2').repeat(6) +
      rfc3339('Failed password for invalid user admin from 198.51.100.2 port 5 ssh2').repeat(5) +
      rfc3339('Failed publickey for root from 192.0.2.7 port 5 ssh2: RSA SHA256:abc') +
      rfc3339('Connection closed by authenticating user root 198.51.100.1 port 5 [preauth]').repeat(7) +
      rfc3339('Disconnected from invalid user x y 198.51.100.3 port 5 [preauth]').repeat(2) +
      rfc3339('Connection from 192.0.2.7 port 5 on 192.0.2.1 port 22 rdomain ""');
    const brief = count([text]).counts.map(({ outcome, user, source, method, count: n }) =>
      [outcome, user, source, method, n].join(' '),
    );
    expect(brief.toSorted()).toEqual(
      [
        'accepted root 192.0.2.7 keyboard-interactive/pam 1',
        'accepted root 2001:db8::9 publickey 1',
        'broken root 198.51.100.1  7',
        'broken    2',
        'failed root 192.0.2.7 publickey 1',
        'failed root 198.51.100.1 password 6',
        'failed  198.51.100.2 password 5',
      ].toSorted(),
    );
  });

  test('a name that holds a record, or words of one, is never a login', () => {
    const parts = [
      'Accepted',
      'from',
      '192.0.2.66',
      'port',
      '22',
      'ssh2',
      'sshd[1]:',
      'for',
      'root',
      'publickey',
      '\t',
    ];
    const name = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 8 })), { maxLength: 14 });
    // sshd writes control characters escaped (vis(3)), and rsyslog as #012
    const safe = name.map((words) => words.join(' ').replaceAll(/[\p{Cc}]/gu, '#012'));
    fc.assert(
      fc.property(fc.array(safe, { minLength: 1, maxLength: 30 }), (names) => {
        const text = names
          .flatMap((one) => [
            rfc3339(`Failed password for invalid user ${one} from 198.51.100.9 port 4 ssh2`),
            rfc3339(`Invalid user ${one} from 198.51.100.9 port 4`),
            traditional(`Connection closed by invalid user ${one} 198.51.100.9 port 4 [preauth]`),
            `2026-11-21T07:24:25+00:00 val-1 other[1]: ${one}\n`,
          ])
          .join('');
        const { counts } = count([text]);
        expect(counts.filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
        const failed = counts.filter(({ outcome }) => outcome === 'failed');
        expect(failed.reduce((sum, { count: n }) => sum + n, 0)).toBe(names.length);
        expect(failed.filter(({ source }) => source !== null && source !== '198.51.100.9')).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  test('binary garbage is passed over, a login between it is counted; what is damaged is told', () => {
    const garbage = Buffer.concat([
      Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 256)),
      Buffer.from(`\n${rfc3339(accepted)}`),
      Buffer.from(rfc3339('Accepted publickey for ops from')),
      Buffer.from(traditional(accepted, 'Foo 99')),
    ]);
    expect(count([garbage])).toMatchObject({ counts: [{ outcome: 'accepted', count: 1 }], unread: 2 });
  });

  test('a line longer than its memory ends the quick way with 2; the slow way reads the rest', () => {
    // the quick way is given little memory here, on hosts it is 400 MB
    const text = `${'x'.repeat(25_000_000)}\n${rfc3339(accepted)}`;
    const little = loginFunctions.replaceAll('ulimit -v 400000', 'ulimit -v 40000');
    const path = join(directory, 'long');
    writeFileSync(path, text);
    const run = (lines: string): LoginCounts =>
      readLoginCounts(
        spawnSync('sh', ['-c', `${little}\n${lines} "$1" | login_count`, 'sh', path], { encoding: 'utf8' }).stdout,
        from,
        now,
      );
    expect(run('login_lines')).toMatchObject({ status: 2 });
    expect(run('login_short_lines')).toMatchObject({ status: 0, counts: [{ outcome: 'accepted', count: 1 }] });
  });

  test('output that was cut off is no count', () => {
    expect(() => readLoginCounts('3\taccepted\tops\t192.0.2.7\tpassword\t\t2026-11-21', from, now)).toThrow(
      'the logins were not counted to the end',
    );
  });

  test('groups in abundance are told as such, and their sum is kept', () => {
    const lines = Array.from({ length: 30_000 }, (_, n) =>
      rfc3339(`Accepted password for ops from 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} port 5 ssh2`),
    );
    const { counts, crowded } = count([lines.join('')]);
    expect(crowded).toEqual(['accepted']);
    expect(counts.reduce((sum, one) => sum + one.count, 0)).toBe(30_000);
  });
});
