import { remainsClause } from '../../core/guard/remains.ts';
import type { Style } from '../../ui/style.ts';

/** One indented line for people; empty when the guard left nothing. */
export function remainsLine(remains: readonly string[], style: Style): string {
  return remains.length === 0 ? '' : `  ${style.warn(remainsClause(remains))}\n`;
}
