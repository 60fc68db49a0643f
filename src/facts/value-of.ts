import type { Question, Snapshot } from '../core/fact.ts';

/** The value of a fact; undefined when it is unknown or was not asked. */
export function valueOf<T>({ facts }: Pick<Snapshot, 'facts'>, { id }: Question<T>): T | undefined {
  const fact = facts[id];
  return fact?.known === true ? (fact.value as T) : undefined;
}
