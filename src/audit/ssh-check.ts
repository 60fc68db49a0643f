import type { Question } from '../core/fact.ts';
import { sshVersion } from '../facts/ssh/version.ts';
import type { Check } from './check.ts';

/** A check of sshd: where none is installed there is nothing to look at, and it is skipped. */
export function forSshd(check: Check): Check {
  const questions = (policy: Parameters<Check['questions']>[0]): readonly Question<unknown>[] => {
    const own = check.questions(policy);
    return own.some(({ id }) => id === sshVersion.id) ? own : [sshVersion, ...own];
  };
  return {
    ...check,
    questions,
    judge(snapshot, policy) {
      const version = snapshot.facts[sshVersion.id];
      if (version?.known === false && version.reason.startsWith('sshd is not installed'))
        return [{ status: 'skip', subject: snapshot.name, evidence: 'sshd is not installed' }];
      return check.judge(snapshot, policy);
    },
  };
}
