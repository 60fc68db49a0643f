import { canonical } from './canonical.ts';
import type { SshSetting, Wanted } from './setting.ts';

/** Effective configuration: keyword in lower case to its values, as `sshd -T` prints them. */
type Settings = Readonly<Record<string, readonly string[]>>;

/** Whether an effective configuration is within a setting. A directive that has no value is not. */
export function isWithin({ directive, wanted }: SshSetting, settings: Settings): boolean {
  const values = (settings[directive.toLowerCase()] ?? []).map((value) => canonical(directive, value));
  const [value] = values;
  if (wanted.kind === 'any-of') return wanted.directives.some((one) => (settings[one.toLowerCase()] ?? []).length > 0);
  if (wanted.kind === 'set')
    return sameSet(
      wanted.values,
      values.flatMap((one) => one.split(' ')),
    );
  return value !== undefined && isValueWithin(directive, wanted, value);
}

/** Whether one value, as written in a file, is within; for `set` and `any-of` it always is. */
export function isValueWithin(directive: string, wanted: Wanted, written: string): boolean {
  const value = canonical(directive, written);
  switch (wanted.kind) {
    case 'word':
      return wanted.accept.some((one) => canonical(directive, one) === value);
    case 'number':
      return /^\d+$/.test(value) && Number(value) >= wanted.least && Number(value) <= wanted.most;
    case 'startups': {
      const numbers = value.split(':').map(Number);
      return numbers.length === 3 && numbers.every((one, index) => one >= 1 && one <= (wanted.most[index] ?? 0));
    }
    case 'names':
      return value !== '' && value.split(',').every((one) => wanted.names.includes(one));
    case 'not':
      return !wanted.not.includes(value);
    case 'set':
    case 'any-of':
      return true;
  }
}

/** What is wanted, in words for people. */
export function wantedText({ wanted, directive }: SshSetting): string {
  switch (wanted.kind) {
    case 'word':
      return wanted.accept.join(' or ');
    case 'number':
      return wanted.least === wanted.most ? String(wanted.write) : `${wanted.least} to ${wanted.most}`;
    case 'startups':
      return `at most ${wanted.most.join(':')}`;
    case 'names':
      return `of ${wanted.names.join(',')}`;
    case 'not':
      return `not ${wanted.not.join(', ')}`;
    case 'set':
      return wanted.values.join(' ') || `no ${directive}`;
    case 'any-of':
      return `one of ${wanted.directives.join(', ')}`;
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.every((one) => b.includes(one)) && b.every((one) => a.includes(one));
}
