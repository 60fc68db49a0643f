import { describe, expect, test } from 'vitest';
import { fill, fillArgument } from '../../src/sync/placeholders.ts';

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

  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"getHealth"}'],
    ['test -e x || { echo no; exit 1; }'],
    ['echo ${x} ${VALOPS_VERSION}'],
    ["awk '{print $1}' {}"],
  ])('a command may hold %s', (text) => {
    expect(fillArgument(text, { version: '1' })).toBe(text);
    expect(fillArgument(`${text} {version}`, { version: '1' })).toBe(`${text} 1`);
  });

  test('a mistake in a command is one all the same', () => {
    expect(() => fillArgument('{versoin}', { version: '1' })).toThrow('"{versoin}"');
  });
});
