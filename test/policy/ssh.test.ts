import { describe, expect, test } from 'vitest';
import { isValueWithin, isWithin } from '../../src/policy/ssh/judge.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { sshProfiles } from '../../src/policy/ssh/registry.ts';
import type { SshSetting } from '../../src/policy/ssh/setting.ts';

const code = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('profiles', () => {
  test.each(sshProfiles)(
    '$name: each directive once, with reason and source, and what it writes is within',
    ({ settings }) => {
      const names = settings.map(({ directive }) => directive.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      for (const { directive, wanted, reason, sources } of settings) {
        expect(reason).not.toBe('');
        expect(sources.length).toBeGreaterThan(0);
        const written =
          'write' in wanted ? String(wanted.write) : wanted.kind === 'names' ? wanted.names.join(',') : null;
        expect(written === null || isValueWithin(directive, wanted, written)).toBe(true);
      }
    },
  );

  test('every profile keeps a key exchange that valops itself speaks', () => {
    for (const { settings } of sshProfiles) {
      const kex = settings.find(({ directive }) => directive === 'KexAlgorithms');
      expect(kex?.wanted).toMatchObject({ names: expect.arrayContaining(['curve25519-sha256']) });
    }
  });
});

describe('judgement', () => {
  const setting = (directive: string): SshSetting => {
    const found = sshProfiles.flatMap(({ settings }) => settings).find((one) => one.directive === directive);
    if (found === undefined) throw new Error(directive);
    return found;
  };
  test.each([
    ['PermitRootLogin', 'without-password', false],
    ['PermitRootLogin', 'no', true],
    ['LoginGraceTime', '60', true],
    ['LoginGraceTime', '1m', true],
    ['LoginGraceTime', '0', false],
    ['LoginGraceTime', '61', false],
    ['MaxStartups', '10:30:60', true],
    ['MaxStartups', '10:30:61', false],
    ['MaxStartups', '10', false],
    ['MACs', 'hmac-sha2-512-etm@openssh.com', true],
    ['MACs', 'hmac-sha2-512-etm@openssh.com,hmac-md5', false],
    ['MACs', '', false],
    ['Banner', 'none', false],
    ['Banner', '/etc/issue', true],
  ])('%s %s: %s', (directive, value, within) => {
    expect(isWithin(setting(directive), { [directive.toLowerCase()]: [value] })).toBe(within);
  });

  test('a directive without a value is never within', () => {
    for (const { settings } of sshProfiles) for (const one of settings) expect(isWithin(one, {})).toBe(false);
  });
});

describe('what is declared', () => {
  const resolve = (override: Record<string, string | number | boolean>) => () => resolveSshPolicy({ override });
  test.each([
    ['an unknown profile', () => resolveSshPolicy({ override: {} }, 'nope'), 'USAGE'],
    ['an unknown profile of valops.yaml', () => resolveSshPolicy({ override: {}, profile: 'nope' }), 'CONFIG_INVALID'],
    ['a list that is changed, not given', resolve({ Ciphers: '-aes128-ctr' }), 'CONFIG_INVALID'],
    ['two lines in one', resolve({ Banner: 'x\nPermitRootLogin yes' }), 'CONFIG_INVALID'],
    ['a directive with a key of its own', resolve({ Port: 22 }), 'CONFIG_INVALID'],
    ['a block', resolve({ Match: 'all' }), 'CONFIG_INVALID'],
  ])('%s is refused', (_, work, expected) => {
    expect(code(work)).toBe(expected);
  });
});
