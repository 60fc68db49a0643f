import type { Question } from '../core/fact.ts';
import { ValopsError } from '../lib/errors.ts';
import { questions } from './registry.ts';

/**
 * The questions meant by words of `--only`: families (`ssh`) and single facts (`ssh.effective`); all
 * of them without a word. Throws USAGE for a word that is neither.
 */
export function selectQuestions(words: readonly string[]): readonly Question<unknown>[] {
  const families = [...new Set(questions.map(({ family }) => family))];
  const unknown = words.find((word) => !questions.some(({ id, family }) => word === id || word === family));
  if (unknown !== undefined)
    throw new ValopsError('USAGE', `--only names "${unknown}", which is no family of facts and no fact`, {
      hint: `Give one or more of: ${families.join(', ')}.`,
    });
  return words.length === 0
    ? questions
    : questions.filter(({ id, family }) => words.includes(id) || words.includes(family));
}
