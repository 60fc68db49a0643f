import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from '../../src/lib/json-pieces.ts';

test('pieces are the text of JSON.stringify, put together', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.date({ noInvalidDate: true }))),
      (value) => {
        expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
      },
    ),
  );
});

test('what can be iterated is an array, and is never held whole', () => {
  let held = 0;
  let most = 0;
  const items = {
    *[Symbol.iterator]() {
      for (let index = 0; index < 20_000; index++) {
        most = Math.max(most, ++held);
        yield { index, text: 'x'.repeat(50) };
      }
    },
  };
  let text = '';
  for (const piece of jsonPieces({ plan: { files: items, links: [] }, none: new Set(), end: 1 })) {
    held = 0;
    text += piece;
  }
  const parsed = JSON.parse(text) as { plan: { files: { index: number }[] } };
  expect(parsed).toMatchObject({ plan: { links: [] }, none: [], end: 1 });
  expect(parsed.plan.files.length).toBe(20_000);
  expect(parsed.plan.files[19_999]?.index).toBe(19_999);
  expect(most).toBeLessThan(2000);
});
