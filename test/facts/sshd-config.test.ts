import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daemonFunctions } from '../../src/facts/ssh-daemon.ts';
import { sshFiles } from '../../src/facts/ssh/files.ts';
import { decidingDirective, readSshdConfig } from '../../src/facts/sshd-config.ts';
import { readSshdSettings } from '../../src/facts/sshd-settings.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { casesOf } from './cases.ts';

const nowhere = { text: () => undefined, expand: () => [] };
const readText = (text: string): readonly (readonly [string, readonly string[]])[] =>
  readSshdConfig('main', { ...nowhere, text: () => text }).map((one) => [one.keyword, one.arguments]);

describe('lines', () => {
  test.each([
    ['Port 22', [['port', ['22']]]],
    ['  PORT\t=  22  ', [['port', ['22']]]],
    ['Port=22', [['port', ['22']]]],
    ['# Port 22', []],
    ['', []],
    ['AllowUsers a  b # c', [['allowusers', ['a', 'b']]]],
    ['AllowUsers a#b', [['allowusers', ['a#b']]]],
    ['Banner "/etc/issue net"', [['banner', ['/etc/issue net']]]],
    ["Banner '/etc/issue net'", [['banner', ['/etc/issue net']]]],
    ['Banner a\\ b', [['banner', ['a b']]]],
    ['Banner ""', [['banner', ['']]]],
    ['SetEnv A="b c" D=e', [['setenv', ['A=b c', 'D=e']]]],
    ['"Port" 22', [['port', ['22']]]],
  ] as const)('%j', (line, directives) => expect(readText(line)).toEqual(directives));

  test('a file that includes itself, and one that was not seen, are refused', () => {
    const sources = { text: () => 'Include x', expand: () => ['x'] };
    expect(() => readSshdConfig('x', sources)).toThrow('"x": includes are nested deeper than 16');
    expect(() => readSshdConfig('x', nowhere)).toThrow('"x" could not be read');
    expect(() => readSshdConfig('x', { text: () => 'Include "a b"', expand: () => undefined })).toThrow(
      '"Include a b" in "x" line 1 was not followed',
    );
  });
});

test('on a real host, the first unconditional line of each keyword is what sshd does', () => {
  const name = 'drop-ins-match-include';
  const files = casesOf(sshFiles).find((one) => one.name === name);
  const { directives } = sshFiles.parse(files?.answer ?? { exitCode: 1, stdout: '', stderr: '' });
  const first = (keyword: string): string | undefined =>
    decidingDirective(directives, keyword, () => false)?.arguments.join(' ');
  expect(first('passwordauthentication')).toBe('yes');
  expect(first('maxauthtries')).toBe('3');
  expect(first('loglevel')).toBe('VERBOSE');
});

const choices = {
  maxauthtries: ['2', '3', '4'],
  maxsessions: ['5', '6', '7'],
  loglevel: ['INFO', 'VERBOSE', 'ERROR'],
  x11forwarding: ['yes', 'no'],
  permittty: ['yes', 'no'],
} as const;
const setting = fc
  .constantFrom(...(Object.keys(choices) as (keyof typeof choices)[]))
  .chain((keyword) => fc.tuple(fc.constant(keyword), fc.constantFrom(...choices[keyword])))
  .chain(([keyword, value]) =>
    fc.constantFrom(`${keyword} ${value}`, `  ${keyword.toUpperCase()} = "${value}"  # x`, `${keyword}=${value}`),
  );
const condition = fc.constantFrom('User root', 'User nobody', 'Address 192.0.2.0/24', 'Address 10.0.0.0/8', 'all');
const lines = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: setting },
    { weight: 2, arbitrary: condition.map((one) => `Match ${one}`) },
    { weight: 2, arbitrary: fc.constantFrom('Include a', 'Include b', 'Include a b') },
  ),
  { maxLength: 8 },
);
const holds = (match: readonly string[]): boolean =>
  match.every((one) => ['User root', 'Address 192.0.2.0/24', 'all'].includes(one));

const sshdWorks =
  spawnSync('sh', ['-c', `${daemonFunctions}sshd_test -f /dev/null -h /dev/null 2>&1 | grep -q hostkey`]).status === 0;

describe.runIf(sshdWorks)('against sshd itself (where it is installed and this is root)', () => {
  test('for any configuration, the line that decides is what sshd -T says', () => {
    expect.hasAssertions();
    const directory = temporaryDirectory();
    const key = join(directory, 'key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    fc.assert(
      fc.property(lines, fc.array(setting, { maxLength: 3 }), lines, (main, a, b) => {
        const absolute = (text: readonly string[]): string =>
          text.map((line) => line.replaceAll(/(?<= )([ab])(?= |$)/g, join(directory, '$1'))).join('\n');
        const texts = {
          [join(directory, 'main')]: absolute(main),
          [join(directory, 'a')]: absolute(a),
          // b may include a, but nothing may include itself
          [join(directory, 'b')]: absolute(b.map((line) => line.replace(/^Include .*/, 'Include a'))),
        };
        for (const [path, text] of Object.entries(texts)) writeFileSync(path, text);
        const asked = `${daemonFunctions}sshd_test -f ${directory}/main -h ${key} -C user=root,host=h,addr=192.0.2.9,laddr=192.0.2.1,lport=22`;
        const told = spawnSync('sh', ['-c', asked], { encoding: 'utf8' });
        if (told.status !== 0) throw new Error(told.stderr);
        const settings = readSshdSettings(told.stdout);
        const directives = readSshdConfig(join(directory, 'main'), {
          text: (path) => texts[path],
          expand: (pattern) => [pattern],
        });
        const decided = Object.keys(choices).flatMap((keyword) => {
          const line = decidingDirective(directives, keyword, holds);
          return line === undefined ? [] : [[keyword, line.arguments] as const];
        });
        expect(Object.fromEntries(decided)).toEqual(
          Object.fromEntries(decided.map(([name]) => [name, settings[name]])),
        );
      }),
      { numRuns: 60 },
    );
  });
});
