import { custodyHomeAt } from '../../../facts/custody/home.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: '0700, one owner, nothing in it that others can write', source: 'valops: state' };

export const homePrivate = defineCheck({
  id: 'custody.home-private',
  title: "valops' own directory belongs to one user, and nobody else gets in",
  why: 'Keys, journal and reports are in it: whoever can write there decides what the next audit and the next backup find.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown -R <OWNER>: <HOME> && chmod 0700 <HOME> && chmod -R go-w <HOME>',
  needs: ({ home }) => ({ home: custodyHomeAt(home) }),
  evaluate: ({ home: { path, entries } }) => {
    const [top, ...below] = entries;
    if (top === undefined) return [{ status: 'skip', subject: path, evidence: 'there is no such directory' }];
    const isWrong = (mode: string, bits: number): boolean => (parseInt(mode, 8) & bits) !== 0;
    return [
      {
        status: top.type === 'directory' && !isWrong(top.mode, 0o077) ? 'pass' : 'fail',
        subject: path,
        expected: '0700 or less',
        actual: `${top.owner} ${top.mode}`,
        file: path,
      },
      ...below.flatMap(({ path: file, type, mode, owner, uid, target }): readonly Judgement[] => {
        const common = { status: 'fail' as const, subject: file, file };
        if (type === 'link') return [{ ...common, expected: 'no link', actual: `leads to ${target ?? ''}` }];
        if (uid !== top.uid) return [{ ...common, expected: `owned by ${top.owner}`, actual: `owned by ${owner}` }];
        if (!isWrong(mode, 0o022)) return [];
        return [{ ...common, expected: 'written by its owner only', actual: `${owner} ${mode}` }];
      }),
    ];
  },
});
