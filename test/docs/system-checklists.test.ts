import type { Command } from 'commander';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/audit/checks/registry.ts';
import { resolveChecklist } from '../../src/audit/select.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { repository } from './documents.ts';
import { namesNothing, systemChecklists, systemChecklistsDocument, validatorGuide } from './system-checklists.ts';

test('runbooks/system-checklists.md is what the program has (when stale: npx vitest run test/docs/system-checklists.test.ts -u)', async () => {
  await expect(systemChecklistsDocument()).toMatchFileSnapshot(join(repository, 'runbooks/system-checklists.md'));
});

describe.each(systemChecklists.map((one) => [one.name, one] as const))('%s', (_, checklist) => {
  const ids = [...resolveChecklist(checklist).checks, ...checklist.manual].map(({ id }): string => id);
  const named = (checklist.covers ?? []).flatMap(({ by }) => by);

  test('every demand is answered by a check or an item of it', () => {
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('every check and item of it answers a demand', () => {
    expect(ids.filter((id) => !named.includes(id))).toEqual([]);
  });

  test('no demand stands there twice', () => {
    const lines = (checklist.covers ?? []).map(({ line }) => line);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

test('the guide for validators names checks that exist', () => {
  expect(validatorGuide.flatMap(({ by }) => by.filter(namesNothing))).toEqual([]);
  expect(namesNothing('`ssh.no-such-check`')).toBe(true);
});

test('and commands that exist', async () => {
  const program = await buildProgram('0.0.0-test', 'all', () => undefined);
  const leads = (line: string): boolean => {
    let at: Command | undefined = program;
    for (const word of line.split(' ').slice(1)) {
      if (at?.commands.length === 0) return at.registeredArguments.length > 0;
      at = at?.commands.find((command) => command.name() === word) ?? (at?.registeredArguments.length ? at : undefined);
    }
    return at !== undefined;
  };
  expect(validatorGuide.flatMap(({ by }) => by.filter((word) => word.startsWith('valops ') && !leads(word)))).toEqual(
    [],
  );
  expect(leads('valops audit nothing')).toBe(false);
});

test('what loads a service is in no checklist that goes by cadence', () => {
  const loading = checks.filter(({ id }) => id.startsWith('service.'));
  expect(loading.filter(({ onlyNamed }) => onlyNamed !== true).map(({ id }) => id)).toEqual([]);
});
