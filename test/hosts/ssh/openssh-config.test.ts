import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOpensshConfig, type OpensshHost } from '../../../src/hosts/ssh/openssh-config.ts';
import { readWithIncludes } from '../../../src/hosts/ssh/openssh-include.ts';
import { createFiles } from '../../../src/store/files.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const nothing: OpensshHost = {
  address: undefined,
  user: undefined,
  port: undefined,
  keys: [],
  identitiesOnly: false,
  hostKeyAlias: undefined,
  jump: undefined,
  needsOpenssh: undefined,
};

describe('ssh_config', () => {
  test('the first value wins, keys add up, case does not matter', () => {
    const config = parseOpensshConfig(`
hOsT val-*
  hostname %h.example.org
  PORT 2222
  IdentityFile ~/.ssh/a
Host *
  User ops
  Port 22
  identityfile "~/.ssh/b"
  IdentitiesOnly yes
  ProxyJump bastion
Host !val-1 *
  HostKeyAlias other
`);
    expect(config.lookup('val-1', undefined)).toEqual({
      ...nothing,
      address: 'val-1.example.org',
      user: 'ops',
      port: 2222,
      keys: ['~/.ssh/a', '~/.ssh/b'],
      identitiesOnly: true,
      jump: 'bastion',
    });
    expect(config.lookup('x', undefined).hostKeyAlias).toBe('other');
  });

  test('nothing said', () => {
    expect(parseOpensshConfig('').lookup('a', undefined)).toEqual(nothing);
    expect(parseOpensshConfig('Host b\n Port 1\n').lookup('a', undefined)).toEqual(nothing);
  });

  test.each(['ProxyCommand nc %h %p', 'CertificateFile x', 'PKCS11Provider y', 'proxycommand=nc %h'])(
    '%s needs OpenSSH',
    (line) => {
      const config = parseOpensshConfig(`Host a\n ${line}\n`);
      expect(config.lookup('a', undefined).needsOpenssh?.toLowerCase()).toBe(line.split(/[ =]/)[0]?.toLowerCase());
      expect(config.lookup('b', undefined).needsOpenssh).toBeUndefined();
    },
  );

  test('none is no proxy', () => {
    const config = parseOpensshConfig('Host a\n ProxyJump none\n ProxyCommand none\n');
    expect(config.lookup('a', undefined)).toEqual(nothing);
  });

  test('reading a configuration never runs a program of it', () => {
    const trace = join(temporaryDirectory(), 'ran');
    const config = parseOpensshConfig(
      `Match host a exec "touch ${trace}"\n  User evil\nHost a\n  CanonicalizeHostname yes\n  CanonicalDomains example.org\n  User ops\n`,
    );
    const host = config.lookup('a', undefined);
    expect(existsSync(trace)).toBe(false);
    expect(host).toEqual({ ...nothing, user: 'ops', needsOpenssh: 'Match' });
  });

  test('includes: relative and home paths, wildcards in order, nested, none inside of blocks', () => {
    const home = temporaryDirectory();
    const write = (path: string, text: string): void => {
      mkdirSync(join(home, '.ssh/conf.d'), { recursive: true });
      writeFileSync(join(home, '.ssh', path), text);
    };
    write('config', 'Include conf.d/*.conf missing\nPort 22\nHost c\n  Include ~/.ssh/inner\n  User late\n');
    write('conf.d/20.conf', 'Host a\n  User second\n');
    write('conf.d/10.conf', 'Host a\n  User first\nInclude ~/.ssh/deeper\n');
    write('conf.d/30.other', 'Host a\n  Port 1\n');
    write('deeper', 'Host b\n  User deep\n');
    write('inner', 'User inner\n');
    const text = readWithIncludes(createFiles(), join(home, '.ssh/config'), home);
    const config = parseOpensshConfig(text);
    expect(config.lookup('a', undefined)).toMatchObject({ user: 'first', port: 22 });
    expect(config.lookup('z', undefined)).toEqual({ ...nothing, port: 22 });
    expect(config.lookup('c', undefined)).toMatchObject({ user: 'late', needsOpenssh: 'Include' });
  });

  test('a file that includes itself ends', () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh/config'), 'Include config\nPort 7\n');
    const text = readWithIncludes(createFiles(), join(home, '.ssh/config'), home);
    expect(parseOpensshConfig(text).lookup('a', undefined).port).toBe(7);
  });
});
