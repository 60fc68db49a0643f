import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { decodeJson, encodeJson, wrongMembers } from '../../src/lib/json-document.ts';

describe('JSON documents', () => {
  test('are indented, end with one line end, and come back', () => {
    const value = { a: [1, 'é', null], b: { c: true } };
    expect(new TextDecoder().decode(encodeJson(value))).toBe(`${JSON.stringify(value, null, 2)}\n`);
    expect(decodeJson(encodeJson(value))).toEqual(value);
  });

  test.each([
    ['no JSON', Buffer.from('{'), SyntaxError],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), TypeError],
  ])('%s is refused', (_, bytes, error) => {
    expect(() => decodeJson(bytes)).toThrow(error);
  });

  test('what is wrong is told member by member, as many as asked for', () => {
    const schema = z.strictObject({ a: z.strictObject({ b: z.string() }), n: z.number('expected a number') });
    const { issues } = schema.safeParse({ a: { b: 'x', c: 1, d: 2 }, n: 'x', e: 1 }).error ?? { issues: [] };
    expect(wrongMembers(issues)).toBe('a: unknown member "c", "d"; n: expected a number; document: unknown member "e"');
    expect(wrongMembers(issues, 1)).toBe('a: unknown member "c", "d"');
  });
});
