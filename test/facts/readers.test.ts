import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAuthorizedKeys } from '../../src/facts/authorized-keys-line.ts';
import { partFunctions, partOf, readParts } from '../../src/facts/parts.ts';
import { readProcSockets } from '../../src/facts/proc-sockets.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describe('parts', () => {
  test('any text comes back exactly; nothing printed passes for a header', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('=', 'a 0', '\n', '|', 'b', '.', ' ', '\\', "'"), { maxLength: 12 }),
        (bits) => {
          const text = bits.join('');
          const quoted = `'${text.replaceAll("'", "'\\''")}'`;
          const script = `${partFunctions}part first printf '%s' ${quoted}\npart a sh -c 'exit 7'\n`;
          const parts = readParts(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout);
          expect([...parts.keys()]).toEqual(['first', 'a']);
          expect(partOf(parts, 'first')).toEqual({ status: 0, exact: text, text: text.replace(/\n+$/, '') });
          expect(partOf(parts, 'a').status).toBe(7);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('authorised keys', () => {
  const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
  test.runIf(hasKeygen)('fingerprint, size and comment are those of ssh-keygen (where it is installed)', () => {
    const directory = temporaryDirectory();
    for (const [type, bits] of [
      ['ed25519', 256],
      ['ecdsa', 256],
      ['ecdsa', 384],
      ['ecdsa', 521],
      ['rsa', 1024],
      ['rsa', 2048],
    ] as const) {
      const file = join(directory, `${type}-${bits}`);
      spawnSync('ssh-keygen', ['-q', '-t', type, '-b', String(bits), '-N', '', '-C', 'of me', '-f', file]);
      const { keys, unreadable } = readAuthorizedKeys(readFileSync(`${file}.pub`, 'utf8'));
      const told = spawnSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).stdout;
      expect(keys.map((key) => `${key.bits} ${key.fingerprint} ${key.comment}`)).toEqual([
        told.replace(/ \(\w+\)\n$/, ''),
      ]);
      expect(unreadable).toEqual([]);
    }
  });

  test('options with quotes, blanks and commas stay whole; a variable keeps its value to itself', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    const { keys, unreadable } = readAuthorizedKeys(
      `from="10.0.0.0/8,!10.1.1.1",command="echo \\"a, b\\" #",environment="TOKEN=a\\"b c" ${key} a comment\nno key\n`,
    );
    expect(keys[0]?.options).toEqual([
      'from="10.0.0.0/8,!10.1.1.1"',
      'command="echo \\"a, b\\" #"',
      'environment="TOKEN=…"',
    ]);
    expect(keys[0]?.comment).toBe('a comment');
    expect(unreadable).toEqual([2]);
  });

  test('what is no key never becomes one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.base64String({ maxLength: 60 }), (options, base64) => {
        expect(readAuthorizedKeys(`${options} ssh-ed25519 ${base64}`).keys).toEqual([]);
      }),
    );
  });
});

describe('sockets of /proc/net', () => {
  test('an address is written as RFC 5952 wants it, like the URL parser does', () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const mapped = groups.slice(0, 5).every((one) => one === 0) && groups[5] === 0xffff;
        const bytes = Buffer.from(groups.flatMap((one) => [one >> 8, one & 0xff]));
        const hex = [0, 4, 8, 12]
          .map((at) => bytes.readUInt32LE(at).toString(16).padStart(8, '0').toUpperCase())
          .join('');
        const table = `sl local\n 0: ${hex}:1F90 ${'0'.repeat(32)}:0000 0A 0`;
        const parts = new Map([
          ['tcp', { status: 0, exact: '', text: '' }],
          ['udp', { status: 0, exact: '', text: '' }],
          ['tcp6', { status: 0, exact: table, text: table }],
        ]);
        const [socket] = readProcSockets(parts);
        const url = new URL(`http://[${groups.map((one) => one.toString(16)).join(':')}]/`).hostname.slice(1, -1);
        expect(socket?.address).toBe(mapped ? [...bytes.subarray(12)].join('.') : url);
        expect(socket?.port).toBe(8080);
      }),
    );
  });
});
