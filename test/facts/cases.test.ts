import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Answer, Question } from '../../src/core/fact.ts';
import { canonicalJson, type JsonValue } from '../../src/lib/canonical-json.ts';
import { questions } from '../../src/facts/registry.ts';
import { sources } from '../architecture/imports.ts';
import { casesOf } from './cases.ts';

/** What the answer means: a value or the reason why there is none. A TypeError is a bug, not a reason. */
function readingOf(
  question: Question<unknown>,
  answer: Answer,
): { readonly value: unknown } | { readonly reason: string } {
  try {
    return { value: question.parse(answer) };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || error.message === '') throw error;
    return { reason: error.message };
  }
}

function shapeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

for (const question of questions) {
  describe(`fact ${question.id}`, () => {
    const cases = casesOf(question);
    for (const { name, from, answer, value, reason } of cases) {
      test(`${name} (${from})`, () => {
        const reading = readingOf(question, answer);
        expect(reading).toEqual(reason === undefined ? { value } : { reason });
        // what is saved and digested is exactly what was read
        const digested = (of: object): string => canonicalJson(JSON.parse(JSON.stringify(of)) as JsonValue);
        expect(digested(reading)).toBe(digested(reason === undefined ? { value } : { reason }));
      });
    }

    test('an answer cut anywhere is a value of the same shape, or a reason', () => {
      const wrong = cases
        .filter(({ value }) => value !== undefined && value !== null)
        .flatMap(({ name, answer, value }) =>
          [0, 0.3, 0.6, 0.9].flatMap((share) => {
            const stdout = answer.stdout.slice(0, Math.floor(answer.stdout.length * share));
            const reading = readingOf(question, { ...answer, stdout });
            return 'reason' in reading || shapeOf(reading.value) === shapeOf(value) ? [] : [{ name, share, reading }];
          }),
        );
      expect(wrong).toEqual([]);
    });
  });
}

describe('registry', () => {
  const files = sources('src/facts').filter((file) => file.split('/').length === 4);

  test('every file in a family is one question, registered once, under the name of its file', () => {
    expect(questions.map(({ id }) => `src/facts/${id.replace('.', '/')}.ts`).toSorted()).toEqual(files);
    expect(questions.filter(({ id, family }) => !id.startsWith(`${family}.`))).toEqual([]);
  });

  test('every question has cases: a stock Debian 12 and a stock Debian 13 at least', () => {
    const missing = questions.flatMap(({ id }) =>
      ['debian-12-stock', 'debian-13-stock']
        .map((name) => join('test/facts', id.replace('.', '/'), `${name}.json`))
        .filter((file) => !existsSync(file)),
    );
    expect(missing).toEqual([]);
  });

  test('titles are one line, limits are short', () => {
    expect(questions.filter(({ title }) => !/^\S.{10,90}$/.test(title)).map(({ id }) => id)).toEqual([]);
    expect(questions.filter(({ timeout }) => timeout < 1 || timeout > 60).map(({ id }) => id)).toEqual([]);
  });
});
