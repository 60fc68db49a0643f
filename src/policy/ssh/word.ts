import type { Wanted } from './setting.ts';

/** A value of which the first word is written and all are accepted. */
export function word(write: string, ...accept: readonly string[]): Wanted {
  return { kind: 'word', write, accept: [write, ...accept] };
}
