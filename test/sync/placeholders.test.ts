import { describe, expect, test } from 'vitest';
import { fill } from '../../src/sync/placeholders.ts';

describe('placeholders', () => {
  test('are filled as often as they occur, and what they bring is not filled again', () => {
    expect(fill('{name}/v{version}/{name}', { name: 'agave', version: '{name}' })).toBe('agave/v{name}/agave');
  });

  test.each(['{versoin}', 'a{}', '{toString}', '{ name }', '{__proto__}'])('%s is unknown', (text) => {
    expect(() => fill(text, { name: 'a', version: 'b' })).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', hint: 'Use one of {name} {version} in valops.yaml.' }),
    );
  });

  test('texts without any stay as they are', () => {
    expect(fill('https://example.org/a b?c={', { name: 'a' })).toBe('https://example.org/a b?c={');
  });
});
