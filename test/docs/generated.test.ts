import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliveryWays } from '../../src/audit/delivery/registry.ts';
import { reportFormats } from '../../src/audit/formats/registry.ts';
import { members } from '../../src/config/members.ts';
import { readDocument, repository } from './documents.ts';
import { checksDocument, memberPaths, withGeneratedTables } from './generated.ts';
import { rowsOf, sectionOf } from './tables.ts';

describe('what documents have from the program (when stale: npx vitest run test/docs/generated.test.ts -u)', () => {
  test('every member of valops.yaml has its words, and no other', () => {
    expect(Object.keys(members).toSorted()).toEqual(memberPaths().toSorted());
  });

  test('OPERATIONS.md: facts, members of valops.yaml, checklists', async () => {
    const { text } = readDocument('OPERATIONS.md');
    await expect(withGeneratedTables(text)).toMatchFileSnapshot(join(repository, 'OPERATIONS.md'));
  });

  test('runbooks/audit-checks.md: every check', async () => {
    await expect(checksDocument()).toMatchFileSnapshot(join(repository, 'runbooks/audit-checks.md'));
  });

  test('OPERATIONS.md: formats, ways of delivery', () => {
    const { text } = readDocument('OPERATIONS.md');
    const first = (heading: string): readonly string[] => rowsOf(sectionOf(text, heading)).map(([word]) => word);
    expect(first('### Formats')).toEqual(reportFormats.map(({ name }) => name));
    expect(first('### Delivery').toSorted()).toEqual(deliveryWays.map(({ name }) => name).toSorted());
  });

  test('a fact that is missing is noticed', () => {
    const { text } = readDocument('OPERATIONS.md');
    const without = text.replace(/^\| `system\.clock` .*\n/m, '');
    expect(without).not.toBe(text);
    expect(withGeneratedTables(without)).toBe(withGeneratedTables(text));
  });
});
