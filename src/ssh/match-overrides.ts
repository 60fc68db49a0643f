import type { SshdDirective } from '../facts/sshd-config.ts';
import { isValueWithin } from '../policy/ssh/judge.ts';
import { additive } from '../policy/ssh/canonical.ts';
import { dropInPath } from './own-files.ts';
import type { Judged } from './judged.ts';

/** A line in a Match block that gives some logins less than the policy, and what is put before it. */
export interface MatchOverride {
  readonly directive: SshdDirective;
  readonly judged: Judged;
  /** All conditions it stands under, as one Match line takes them. */
  readonly condition: string;
  /** Already undone by a line of ours for the same condition which is read before it. */
  readonly answered: boolean;
}

/**
 * Lines in Match blocks of other files that fall short of the policy. Match blocks win over
 * everything outside of them, and among Match blocks the first that sets a directive wins: so each is
 * answered by a block of its own condition in our file, and stricter blocks stay in force.
 */
export function findMatchOverrides(
  judged: readonly Judged[],
  directives: readonly SshdDirective[],
): readonly MatchOverride[] {
  const byKeyword = new Map(judged.map((one) => [one.setting.directive.toLowerCase(), one]));
  return directives.flatMap((directive, index): MatchOverride[] => {
    const one = byKeyword.get(directive.keyword);
    if (one === undefined || one.inapplicable !== null || additive.has(directive.keyword)) return [];
    if (directive.match.length === 0 || directive.file === dropInPath) return [];
    const { directive: name, wanted } = one.setting;
    const value = (of: SshdDirective): string => of.arguments.join(' ');
    if (isValueWithin(name, wanted, value(directive))) return [];
    const condition = conditionOf(directive.match);
    const answered = directives
      .slice(0, index)
      .some(
        (own) =>
          own.file === dropInPath &&
          own.keyword === directive.keyword &&
          own.match.length > 0 &&
          conditionOf(own.match) === condition &&
          isValueWithin(name, wanted, value(own)),
      );
    return [{ directive, judged: one, condition, answered }];
  });
}

/** Conditions of nested blocks as one line; `all` says nothing beside others. */
function conditionOf(match: readonly string[]): string {
  const real = match.filter((one) => one.toLowerCase() !== 'all');
  return real.length === 0 ? 'all' : real.join(' ');
}

/** Whether a condition can be written again as it stands: no programs, no quoted blanks. */
export function isRepeatable(condition: string): boolean {
  if (condition === 'all') return true;
  const words = condition.split(' ');
  const criteria = [
    'user',
    'group',
    'host',
    'localaddress',
    'localport',
    'rdomain',
    'address',
    'version',
    'sessiontype',
  ];
  return (
    words.length % 2 === 0 && words.every((word, index) => index % 2 === 1 || criteria.includes(word.toLowerCase()))
  );
}
