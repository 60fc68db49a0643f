import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../src/lib/canonical-json.ts';
import { questions } from '../../src/facts/registry.ts';
import { sources } from '../architecture/imports.ts';
import { casesOf } from './cases.ts';

for (const question of questions) {
  describe(question.id, () => {
    for (const { name, from, answer, value, reason } of casesOf(question)) {
      test(`${name} (${from})`, () => {
        if (reason !== undefined) {
          expect(() => question.parse(answer)).toThrow(new Error(reason));
          return;
        }
        const parsed = question.parse(answer);
        expect(parsed).toEqual(value);
        // what is saved and digested is exactly what was parsed
        expect(canonicalJson(JSON.parse(JSON.stringify(parsed)) as JsonValue)).toBe(canonicalJson(value as JsonValue));
      });
    }

    test('an empty answer and one cut anywhere in the middle are never a wrong value of another shape', () => {
      for (const { answer, value } of casesOf(question).filter((one) => one.value !== undefined && one.value !== null))
        for (const share of [0, 0.3, 0.6, 0.9]) {
          const cut = answer.stdout.slice(0, Math.floor(answer.stdout.length * share));
          const parsed = attempt(() => question.parse({ ...answer, stdout: cut }));
          if (parsed !== undefined) expect(shapeOf(parsed)).toBe(shapeOf(value));
        }
    });
  });
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    expect((error as Error).message).not.toBe('');
    expect(error).not.toBeInstanceOf(TypeError);
    return undefined;
  }
}

function shapeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
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
    expect(questions.filter(({ timeout }) => timeout < 1 || timeout > 30).map(({ id }) => id)).toEqual([]);
  });
});
