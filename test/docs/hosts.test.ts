import { describe, expect, test } from 'vitest';
import { knownKeys } from '../../src/config/known-keys.ts';
import { parseConfig } from '../../src/config/valops-yaml.ts';
import { wantedText } from '../../src/policy/ssh/judge.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { sshProfiles } from '../../src/policy/ssh/registry.ts';
import type { SshSetting } from '../../src/policy/ssh/setting.ts';
import { lockoutRules } from '../../src/ssh/lockout/registry.ts';
import { allDocuments, readDocument, sourcesBelow } from './documents.ts';
import { rowsOf, sectionOf } from './tables.ts';

const { text } = readDocument('OPERATIONS.md');

describe('valops.yaml', () => {
  const examples = allDocuments().flatMap(({ path, blocks }) =>
    blocks.filter(({ info }) => info[0] === 'yaml').map((block) => ({ place: `${path}:${block.line}`, ...block })),
  );

  test.each(examples)('the example at $place is valid, and so is its ssh part', ({ place, text: yaml }) => {
    const { hosts, ssh, binaries } = parseConfig(yaml, place);
    expect([...Object.keys(hosts), ...Object.keys(binaries)]).not.toEqual([]);
    expect(resolveSshPolicy(ssh).settings.length).toBeGreaterThan(0);
  });

  test('what a port of the firewall may have stands in OPERATIONS.md', () => {
    const rows = rowsOf(sectionOf(text, '### valops.yaml'));
    const port = rows.find(([member]) => member === 'firewall.public')?.[1] ?? '';
    for (const key of knownKeys(['firewall', 'public', '0'])) expect(port).toContain(`\`${key}\``);
  });
});

describe('profiles of SSH hardening', () => {
  const rows = rowsOf(sectionOf(text, '### Profiles'));
  const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(' ');

  function rowOf(setting: SshSetting): readonly string[] {
    const { directive, wanted, since, reason, sources } = setting;
    return [
      directive,
      wanted.kind === 'names' ? code(wanted.names) : wantedText(setting),
      since?.join('.') ?? '',
      `${reason} (${sources.join(', ')})`,
    ];
  }

  test('each profile is as it is documented', () => {
    const names = sshProfiles.map(({ name }) => name);
    expect(rows.filter(([word]) => names.includes(word))).toEqual(
      sshProfiles.map(({ name, title, rsaBits, moduliBits, weakUserKeys }) => [
        name,
        title,
        String(rsaBits),
        String(moduliBits),
        weakUserKeys.length === 0 ? 'none' : code(weakUserKeys),
      ]),
    );
  });

  test.each(sshProfiles)('every value of $name is in the table, and no other', ({ name, settings }) => {
    const documented = rows
      .filter(([, , profiles]) => profiles === 'all' || profiles?.split(', ').includes(name) === true)
      .map(([directive, wanted, , since, why]) => [directive, wanted, since, why]);
    expect(documented.toSorted()).toEqual(settings.map(rowOf).toSorted());
  });
});

describe('rules that refuse', () => {
  const documented = [sectionOf(text, '### Lockout rules'), sectionOf(text, '## The firewall')]
    .flatMap(rowsOf)
    .filter(([word]) => /^[A-Z_]+$/.test(word));

  test('each lockout rule has a row with its title and something to do', () => {
    for (const { id, title } of lockoutRules) {
      expect(documented.find(([rule]) => rule === id)?.slice(0, 2)).toEqual([id, title]);
    }
    for (const [rule, , action] of documented) expect([rule, action]).not.toEqual([rule, '']);
  });

  test('every rule named in the source has a row, and no other', () => {
    const named = ['src/ssh', 'src/firewall']
      .flatMap(sourcesBelow)
      .flatMap((source) => [...source.matchAll(/'((?:LOCKOUT|SSH|FIREWALL)_[A-Z_]+)'/g)].map(([, rule = '']) => rule));
    expect(documented.map(([rule]) => rule).toSorted()).toEqual([...new Set(named)].toSorted());
  });
});
