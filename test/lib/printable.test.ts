import { describe, expect, test } from 'vitest';
import { printable } from '../../src/lib/printable.ts';

describe('printable', () => {
  test('what could take over a terminal is shown, not obeyed', () => {
    expect(printable('name \u001b[2J\u0007\rhidden \u009b31m\u202egnp.exe')).toBe(
      String.raw`name \u{1b}[2J\u{7}\u{d}hidden \u{9b}31m\u{202e}gnp.exe`,
    );
  });

  test('lines, letters of any language and our own markup stay', () => {
    const text = '\u001b[32mok\u001b[39m  grün — 16Uiu2…\n█▀▄\n';
    expect(printable(text)).toBe(text);
  });

  test('markup that is not colour does not pass as such', () => {
    expect(printable('\u001b[1A')).toBe(String.raw`\u{1b}[1A`);
  });
});
