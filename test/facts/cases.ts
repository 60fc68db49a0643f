import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Question } from '../../src/core/fact.ts';

/** What a host answered to one question, and what it means. */
export interface FactCase {
  /** File name without `.json`. */
  readonly name: string;
  /** Which host in which state; `constructed:` and after what, where no host was at hand. */
  readonly from: string;
  readonly answer: Answer;
  readonly value?: unknown;
  /** Instead of a value: why the fact is unknown. */
  readonly reason?: string;
}

/** The cases of a question: the files in `test/facts/FAMILY/NAME/`. */
export function casesOf({ id }: Question<unknown>): readonly FactCase[] {
  const folder = join(import.meta.dirname, id.replace('.', '/'));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({
      name: file.slice(0, -'.json'.length),
      ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<FactCase, 'name'>),
    }));
}
