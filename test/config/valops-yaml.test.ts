import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nestingDepth } from '../../src/config/depth.ts';
import { loadConfig, parseConfig } from '../../src/config/valops-yaml.ts';
import type { ValopsError } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pin = `SHA256:${'x'.repeat(43)}`;

function failure(text: string): ValopsError {
  try {
    parseConfig(text, 'valops.yaml');
  } catch (error) {
    return error as ValopsError;
  }
  throw new Error('it was taken as valid');
}

function codeOf(text: string): string {
  try {
    parseConfig(text, 'valops.yaml');
    return 'valid';
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

describe('valops.yaml', () => {
  test('everything it may hold', () => {
    const config = parseConfig(
      `
hosts:
  val-1: { address: 2001:db8::1, port: 2222, user: ops, key: ~/.ssh/val, hostKey: '${pin}', jump: bastion, groups: [validators] }
  bastion: { address: bastion.example.org, hostKey: ['${pin}', '${pin}'] }
ssh:
  profile: cis-l1
  port: 22
  allowUsers: [ops]
  override: { MaxAuthTries: 3, X11Forwarding: no, Banner: /etc/issue }
firewall:
  backend: nftables
  management: [192.0.2.0/24, '2001:db8::/32', 198.51.100.7]
  public: [{ port: 30333, proto: tcp, name: p2p }, { port: 30333, proto: udp }]
  local: [{ port: 9944, name: rpc }]
  egressDeny: [10.0.0.0/8]
`,
      'valops.yaml',
    );
    expect(config.hosts['val-1']).toEqual({
      address: '2001:db8::1',
      port: 2222,
      user: 'ops',
      key: '~/.ssh/val',
      hostKey: [pin],
      jump: 'bastion',
      groups: ['validators'],
    });
    expect(config.hosts['bastion']?.hostKey).toEqual([pin, pin]);
    // YAML 1.2: "no" is a word, not a boolean
    expect(config.ssh.override).toEqual({ MaxAuthTries: 3, X11Forwarding: 'no', Banner: '/etc/issue' });
    expect(config.firewall?.public).toEqual([
      { port: 30333, proto: 'tcp', name: 'p2p' },
      { port: 30333, proto: 'udp' },
    ]);
    expect(config.firewall?.local).toEqual([{ port: 9944, proto: 'tcp', name: 'rpc' }]);
  });

  test('empty, and absent', () => {
    const empty = { hosts: {}, ssh: { override: {} }, binaries: {}, sync: {} };
    const parsed = parseConfig('', 'valops.yaml');
    expect(parsed).toMatchObject(empty);
    expect(parsed.audit).toMatchObject({ checklists: {}, waivers: [] });
    expect(parseConfig('# nothing yet\n', 'valops.yaml')).toEqual(parsed);
    expect(loadConfig(createFiles(), { path: undefined, directory: temporaryDirectory() })).toEqual(parsed);
  });

  test('a named file must be there; the one of the working directory is found', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'valops.yaml'), 'hosts: {a: {address: 192.0.2.1}}');
    expect(Object.keys(loadConfig(createFiles(), { path: undefined, directory }).hosts)).toEqual(['a']);
    expect(() => loadConfig(createFiles(), { path: join(directory, 'other.yaml'), directory })).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
  });

  test('unknown keys at every level: the nearest one is suggested, with line and column, all at once', () => {
    const error = failure(
      `host:
  a: {}
hosts:
  val-1:
    address: 192.0.2.1
    prot: 22
    hostkey: x
firewall:
  managment: [192.0.2.1]
  public:
    - port: 1
      protocol: tcp
ssh: {zzz: 1}
`,
    );
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.exitStatus).toBe(2);
    expect(error.message.split('\n').slice(1).toSorted()).toEqual(
      [
        '  1:1: unknown key "host"; did you mean "hosts"?',
        '  6:5: unknown key "hosts.val-1.prot"; did you mean "port"?',
        '  7:5: unknown key "hosts.val-1.hostkey"; did you mean "hostKey"?',
        '  9:3: unknown key "firewall.managment"; did you mean "management"?',
        '  12:7: unknown key "firewall.public.0.protocol"; known: port, proto, name',
        '  13:7: unknown key "ssh.zzz"; known: profile, port, allowUsers, override',
      ].toSorted(),
    );
  });

  test.each([
    ['hosts: {a: {}}', /1:12: hosts\.a\.address: is missing/],
    ['hosts: {a: {address: "-oProxyCommand=x"}}', /hosts\.a\.address: expected one word/],
    ['hosts: {a: {address: h, user: "a b"}}', /hosts\.a\.user/],
    ['hosts: {a: {address: h, hostKey: MD5:00}}', /hosts\.a\.hostKey: expected SHA256: and 43/],
    ['hosts: {a: {address: h, port: 70000}}', /hosts\.a\.port: expected a port/],
    ['hosts: {a: {address: h, port: "22"}}', /hosts\.a\.port: expected a number/],
    ['hosts: {"a b": {address: h}}', /hosts/],
    ['hosts: []', /1:8: hosts: expected a map/],
    ['- a', /1:1: the document: expected a map/],
    ['firewall: {management: [192.0.2.0/33]}', /firewall\.management\.0: expected an address/],
    ['firewall: {management: [localhost]}', /firewall\.management\.0/],
    ['firewall: {backend: iptables}', /firewall\.backend: expected "nftables" or "ufw"/],
    ['ssh: {port: 22, port: 23}', /1:17: .*unique/i],
    ['hosts: {a: {address: h}', /\d+:\d+: /],
    ['hosts:\n\ta: 1', /2:1: /],
    ['a: &a [*a]', /./],
  ])('%s', (text, message) => {
    const error = failure(text);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(message);
  });

  test('a name that is both a host and a group is refused', () => {
    expect(failure('hosts: {a: {address: h, groups: [b]}, b: {address: h}}').message).toMatch(/"b"/);
  });

  test('no fault prints the value', () => {
    expect(failure('hosts: {a: {address: h, hostKey: "hunter2 hunter2"}}').message).not.toContain('hunter2');
  });

  test.each([
    ['flow lists', '['.repeat(70) + ']'.repeat(70)],
    ['flow maps', '{a: '.repeat(70) + '}'.repeat(70)],
    ['block maps', Array.from({ length: 70 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')],
    ['compact lists', `${'- '.repeat(70)}x`],
    ['compact keys', `${'? '.repeat(70)}x`],
    ['brackets hidden among quotes', '["]", '.repeat(70)],
    ['three thousand levels', '['.repeat(3000)],
  ])('too deep: %s', (_, text) => {
    expect(failure(text).message).toMatch(/more than 64 levels/);
  });

  test('brackets in words, quotes and comments are no nesting', () => {
    expect(nestingDepth(`a: "${'['.repeat(100)}"\nb: x${'{'.repeat(100)}\n# ${'['.repeat(100)}\n`)).toBeLessThan(4);
    const lines = Array.from({ length: 500 }, (_, n) => `  h${n}: {address: "a[", groups: ['b', 'c']}\n`).join('');
    expect(nestingDepth(`hosts:\n${lines}`)).toBeLessThan(8);
  });

  test('too large', () => {
    const path = join(temporaryDirectory(), 'valops.yaml');
    writeFileSync(path, `# ${'x'.repeat(1024 * 1024)}\n`);
    expect(() => loadConfig(createFiles(), { path, directory: '.' })).toThrow(
      expect.objectContaining({ code: 'FILE_TOO_LARGE' }),
    );
  });

  test('whatever the text, it is valid or CONFIG_INVALID', () => {
    const word = fc.constantFrom(
      'hosts:',
      ' a:',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '\n',
      '  ',
      '&x',
      '*x',
      '!!t',
      '|',
      ',',
      '%',
      '\t',
      '\u0000',
      '?',
      'é',
      '__proto__: 1',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        expect(codeOf(words.join(''))).toMatch(/^(valid|CONFIG_INVALID)$/);
      }),
      { numRuns: 1000 },
    );
  });
});
