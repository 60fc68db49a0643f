import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, keyType } from '../../../src/hosts/ssh/host-key.ts';
import { parseKnownHosts } from '../../../src/hosts/ssh/known-hosts.ts';
import { fingerprintOf, makeKey } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const trusts = (lines: string, name: string): boolean =>
  parseKnownHosts([{ path: 'known_hosts', text: lines }]).lookup(name).trusted.length > 0;

describe('known_hosts', () => {
  test.each([
    ['a', 'a', true],
    ['a', 'A', true],
    ['a,b', 'b', true],
    ['a', 'b', false],
    ['a', 'a.example.org', false],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org,!b.example.org', 'b.example.org', false],
    ['!b.example.org,*.example.org', 'b.example.org', false],
    ['!b', 'a', false],
    ['a?', 'ab', true],
    ['a?', 'a', false],
    ['a.b', 'axb', false],
    ['[a]:2222', '[a]:2222', true],
    ['[a]:2222', 'a', false],
    ['a', '[a]:2222', false],
    ['[*]:2222', '[a]:2222', true],
    ['[2001:db8::1]:2222', '[2001:db8::1]:2222', true],
  ])('%s for %s: %s', (patterns, name, expected) => {
    expect(trusts(`${patterns} ${key} comment\n`, name)).toBe(expected);
  });

  test('names hashed by the real ssh-keygen', () => {
    const file = join(temporaryDirectory(), 'known_hosts');
    const names = ['a.example.org', '192.0.2.7', '[a.example.org]:2222', '[2001:db8::1]:22022'];
    writeFileSync(file, names.map((name) => `${name} ${key}\n`).join(''));
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('example');
    for (const name of names) expect(trusts(text, name)).toBe(true);
    expect(trusts(text, 'b.example.org')).toBe(false);
    expect(trusts(text, '[192.0.2.7]:22')).toBe(false);
  });

  test('comments, blank lines and damaged lines are passed over', () => {
    const text = `# a ${key}\n\n  \na ssh-ed25519\na ssh-rsa ${key.split(' ')[1]}\na 1024 35 12345\r\n|2|x|y ${key}\na ${key}\r\n`;
    const { trusted, places } = parseKnownHosts([{ path: '/x', text }]).lookup('a');
    expect(trusted.length).toBe(1);
    expect(places).toEqual(['/x:8']);
  });

  test('markers keep lines apart', () => {
    const text = `@revoked a ${key}\n@cert-authority *.b ${key}\n@unknown a ${key}\n`;
    const hosts = parseKnownHosts([{ path: '/x', text }]);
    expect(hosts.lookup('a')).toMatchObject({ trusted: [], authorities: false });
    expect(hosts.lookup('a').revoked.length).toBe(1);
    expect(hosts.lookup('x.b')).toMatchObject({ trusted: [], authorities: true });
  });

  test('no text is an error', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, name) => {
        expect(trusts(text, name)).toBeTypeOf('boolean');
      }),
    );
  });

  test.each(['ed25519', 'rsa', 'ecdsa'])('fingerprint and type of an %s key as ssh-keygen says', (type) => {
    const file = `${makeKey(temporaryDirectory(), 'k', type)}.pub`;
    const [name = '', base64 = ''] = readFileSync(file, 'utf8').split(' ');
    expect(fingerprint(Buffer.from(base64, 'base64'))).toBe(fingerprintOf(file));
    expect(keyType(Buffer.from(base64, 'base64'))).toBe(name);
  });
});
