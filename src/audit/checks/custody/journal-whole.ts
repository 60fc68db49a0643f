import { custodyHomeAt } from '../../../facts/custody/home.ts';
import { custodyJournalAt } from '../../../facts/custody/journal.ts';
import { verifyJournal } from '../../../store/journal-chain.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'every entry chained to the one before', source: 'valops: journal verify' };

export const journalWhole = defineCheck({
  id: 'custody.journal-whole',
  title: 'the journal of the host is whole: nothing altered, removed or put in between',
  why: 'It is the record of who used which key; the first thing an intruder changes, and the last thing anybody reads.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Keep it as evidence (cp -a), then look: valops journal verify. A missing end shows only against a head kept elsewhere: valops journal verify --head <FILE>',
  needs: ({ home }) => ({ journal: custodyJournalAt(home), home: custodyHomeAt(home) }),
  evaluate: ({ journal: { path, text }, home: { entries } }) => {
    if (text === null) {
      const keys = entries.filter((one) => /\/age\/(.*\/)?[^/]+\.key$/.test(one.path));
      // no key is made without an entry
      if (keys.length > 0)
        return [{ status: 'fail', subject: path, expected: 'a journal', actual: 'none, beside keys that valops made' }];
      return [{ status: 'skip', subject: path, evidence: 'there is no journal' }];
    }
    const { entries: count, head, problems } = verifyJournal(new TextEncoder().encode(text));
    const common = { subject: path, expected: 'a whole chain', file: path };
    const actual = head === null ? 'no entry' : `${count} entries, head ${head.seq} ${head.hash}`;
    const [first] = problems;
    if (first === undefined && (head !== null || text === '')) return [{ ...common, status: 'pass', actual }];
    return [
      {
        ...common,
        status: 'fail',
        actual,
        ...(first === undefined ? {} : { file: `${path}:${first.line}` }),
        evidence: problems
          .slice(0, 3)
          .map(({ line, reason }) => `line ${line}: ${reason}`)
          .join('; '),
      },
    ];
  },
});
