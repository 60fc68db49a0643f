import { describe, expect, test } from 'vitest';
import { checks } from '../../src/audit/checks/registry.ts';

interface Mutation {
  readonly name: string;
  readonly check: string;
  readonly apply: string;
  readonly undo: string;
  readonly also?: readonly string[];
}

const { loadMutations } = (await import(
  new URL('../../scripts/audit-trials/load-mutations.mjs', import.meta.url).href
)) as {
  readonly loadMutations: () => Promise<readonly Mutation[]>;
};
const mutations = await loadMutations();
const ids = checks.map(({ id }): string => id);

describe('mutations of the audit trials', () => {
  test('each is of a check that exists, and can be taken back', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(80);
    for (const { name, check, apply, undo } of mutations) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(ids, name).toContain(check);
      expect([apply.trim(), undo.trim()], name).not.toContain('');
    }
  });

  test('what else may fail by it exists, too', () => {
    const known = (word: string): boolean =>
      word.endsWith('.*') ? ids.some((id) => id.startsWith(word.slice(0, -1))) : ids.includes(word);
    const unknown = mutations.flatMap(({ name, also = [] }) =>
      also.filter((word) => !known(word)).map((word) => `${name}: ${word}`),
    );
    expect(unknown).toEqual([]);
  });
});
