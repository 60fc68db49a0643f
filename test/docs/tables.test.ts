import { expect, test } from 'vitest';
import { rowsOf, sectionOf } from './tables.ts';

const text = '# a\n\n## b\n\n| `x` | one |  |\n| y | no |\n\n### c\n\n  | `z` | two |\n\n## d\n\n| `w` | three |\n';

test('a section ends at the next heading of its own level or above', () => {
  expect(rowsOf(sectionOf(text, '## b'))).toEqual([
    ['x', 'one', ''],
    ['z', 'two'],
  ]);
  expect(rowsOf(sectionOf(text, '### c'))).toEqual([['z', 'two']]);
  expect(rowsOf(sectionOf(text, '## d'))).toEqual([['w', 'three']]);
});

test('a section that is not there is an error', () => {
  expect(() => sectionOf(text, '## e')).toThrow('## e');
});
