import { describe, expect, test } from 'vitest';
import { errorCodes, exitStatus } from '../../src/lib/errors.ts';
import { readDocument, sourcesBelow } from './documents.ts';

const { text } = readDocument('OPERATIONS.md');

describe('OPERATIONS.md', () => {
  test('has one row for each error code, with its exit status, and none for another', () => {
    const section = text.slice(text.indexOf('\n## When it says…\n'));
    const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm)];
    const documented = rows.map(([, code = '', status]) => [code, Number(status)] as const);
    expect(Object.fromEntries(documented)).toEqual(errorCodes);
    expect(documented.length).toBe(Object.keys(errorCodes).length);
  });

  test('explains every exit status', () => {
    const section = text.slice(text.indexOf('\n## Output and exit status\n'), text.indexOf('\n## JSON\n'));
    const explained = [...section.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, statuses = '']) =>
      statuses.split(', ').map(Number),
    );
    expect(explained).toEqual(Object.values(exitStatus).toSorted((a, b) => a - b));
  });

  test('lists every schema the program writes', () => {
    const written = sourcesBelow('src').flatMap((source) =>
      [...source.matchAll(/(?:schema: |z\.literal\()'(valops\/[^']+)'/g)].map(([, schema = '']) => schema),
    );
    const listed = [...text.matchAll(/`(valops\/[a-z-]+\/\d+)`/g)].map(([, schema = '']) => schema);
    expect([...new Set(listed)].toSorted()).toEqual([...new Set(written)].toSorted());
    expect(written.length).toBeGreaterThan(10);
  });
});
