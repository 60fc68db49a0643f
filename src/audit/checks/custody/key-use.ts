import { custodyJournalAt } from '../../../facts/custody/journal.ts';
import { createChainCheck } from '../../../store/journal-chain.ts';
import { createUseReporter } from '../../../store/journal-report.ts';
import type { Unusual } from '../../../store/journal-unusual.ts';
import { defineCheck } from '../../check.ts';

const days = 35;
const want = {
  want: 'by the users and commands that used them before, all of it ended well',
  source: 'valops: journal report',
};

/** Marks that speak of somebody else, or of trouble; hours and weekdays are habits, not faults. */
const telling: readonly Unusual['mark'][] = ['new-key', 'new-user', 'new-command', 'many-uses', 'failed', 'unfinished'];

export const keyUse = defineCheck({
  id: 'custody.key-use',
  title: `keys were used as usual in the last ${days} days`,
  why: 'A stolen account opens backups by night, as another user or by another command: the journal is where that shows.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Look at each of them, and ask who it was: valops journal report',
  needs: ({ home }) => ({ journal: custodyJournalAt(home) }),
  evaluate: ({ journal: { path, text } }, { now }) => {
    if (text === null) return [{ status: 'skip', subject: path, evidence: 'there is no journal' }];
    const since = new Date(now.getTime() - days * 86_400_000).toISOString();
    const [check, reporter] = [createChainCheck(), createUseReporter(since)];
    for (const line of text.split('\n').slice(0, -1)) {
      const entry = check.line(new TextEncoder().encode(line));
      if (entry !== null) reporter.entry(entry);
    }
    const { keys, marks } = reporter.report();
    const judged = keys.map(({ key, uses, unusual }) => {
      const odd = unusual.filter(({ mark }) => telling.includes(mark));
      return {
        status: odd.length > 0 ? ('fail' as const) : ('pass' as const),
        subject: key,
        expected: 'as before',
        actual: odd.length > 0 ? odd.map((one) => one.text).join('; ') : `${uses} uses`,
        file: path,
      };
    });
    if (judged.length > 0 || marks.length > 0)
      return [
        ...judged,
        ...marks.map((mark) => ({
          status: 'fail' as const,
          subject: path,
          actual: mark,
          expected: 'nothing of the kind',
        })),
      ];
    return [{ status: 'pass', subject: path, actual: `no use of a key since ${since.slice(0, 10)}` }];
  },
});
