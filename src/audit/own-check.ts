import type { Answer, Question } from '../core/fact.ts';
import { shellWords } from '../lib/shell-quote.ts';
import { defineCheck, type Check } from './check.ts';
import type { OwnCheck } from './checklist.ts';

/** Characters of the output that `expect` is matched against. */
const searched = 64 * 1024;

/** The check an operator declared, asked in the same round trip as all others. */
export function toCheck({ id, title, severity, run, expect, timeout }: OwnCheck): Check {
  const want = expect === undefined ? 'exit status 0' : `exit status 0 and output that matches ${expect}`;
  const expectation = { want, source: 'valops.yaml' };
  const question: Question<Answer> = {
    id,
    family: 'own',
    title,
    script: () => shellWords(run),
    privileged: false,
    timeout,
    parse: (answer) => {
      if (answer.exitCode === 126 || answer.exitCode === 127)
        throw new Error(`"${run[0]}" could not be run: ${answer.stderr.trim() || `exit status ${answer.exitCode}`}`);
      return answer;
    },
  };
  return defineCheck({
    id,
    title,
    why: 'Declared in valops.yaml.',
    severity,
    cadence: 'weekly',
    expectations: { validator: expectation, 'cis-l1': expectation, 'ssh-audit': expectation },
    remediation: `See what it says: ${shellWords(run)}`,
    needs: { answer: question },
    evaluate: ({ answer: { exitCode, stdout, stderr } }) => {
      const matches = expect === undefined || new RegExp(expect, 'm').test(stdout.slice(0, searched));
      const said = (stdout.trim() || stderr.trim()).split('\n').slice(0, 5).join('\n');
      return [
        {
          status: exitCode === 0 && matches ? 'pass' : 'fail',
          subject: run[0],
          expected: want,
          actual: exitCode === 0 && !matches ? 'exit status 0, no match' : `exit status ${exitCode}`,
          ...(said === '' ? {} : { evidence: said }),
        },
      ];
    },
  });
}
