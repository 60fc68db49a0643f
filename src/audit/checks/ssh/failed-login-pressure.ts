import { sshLogins, type SshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { groupLogins, loginWindow } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

/** Tries of one day: of all sources, and of one. */
const [perDay, perSource] = [500, 100];

/** Sources told by name at most. */
const named = 10;

export const failedLoginPressure = forSshd(
  defineCheck({
    id: 'ssh.failed-login-pressure',
    title: 'hardly anybody tries to get in',
    why: 'Thousands of tries a day mean that the whole internet reaches sshd, and that nothing slows it down.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: {
        want: `at most ${perDay} tries a day, ${perSource} of one source`,
        source: 'agave docs: security, limit SSH access',
      },
      'cis-l1': {
        want: `at most ${perDay} tries a day, ${perSource} of one source`,
        source: 'CIS Controls v8 8.11: review audit logs',
      },
    },
    remediation: 'Let only your networks reach sshd: firewall.management in valops.yaml, then valops firewall apply',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { now }) => {
      const { from } = loginWindow(logins, now);
      if (logins.since === null)
        return [{ status: 'unknown', subject: 'all sources', evidence: `nothing is on record (${logins.source})` }];
      const days = triesByDay(logins, from);
      const worst = Math.max(0, ...days.map(({ tries }) => tries));
      const total = days.reduce((sum, { tries }) => sum + tries, 0);
      const loud = groupLogins(
        logins.counts.filter(({ outcome, day }) => outcome !== 'accepted' && day >= from),
        ({ source }) => source,
      )
        .map(([source, counts]) => ({
          source,
          worst: Math.max(...triesByDay({ counts }, from).map(({ tries }) => tries)),
        }))
        .filter((one) => one.worst > perSource)
        .toSorted((a, b) => b.worst - a.worst);
      return [
        {
          status: worst > perDay ? 'fail' : 'pass',
          subject: 'all sources',
          expected: `at most ${perDay} tries a day`,
          actual: `${worst} on the worst day`,
          evidence: `${total} tries since ${from}${loud.length > named ? `, ${loud.length} sources with more than ${perSource} a day` : ''} (${logins.source})`,
        },
        ...loud.slice(0, named).map((one): Judgement => ({
          status: 'fail',
          subject: one.source,
          expected: `at most ${perSource} tries a day`,
          actual: `${one.worst} on the worst day`,
        })),
      ];
    },
  }),
);

/** A connection may have been refused several times and then be broken off: the larger of both counts. */
function triesByDay(
  { counts }: Pick<SshLogins, 'counts'>,
  from: string,
): readonly { readonly day: string; readonly tries: number }[] {
  return groupLogins(
    counts.filter(({ outcome, day }) => outcome !== 'accepted' && day >= from),
    ({ day }) => day,
  ).map(([day, ofDay]) => {
    const sum = (wanted: string): number =>
      ofDay.reduce((total, { outcome, count }) => (outcome === wanted ? total + count : total), 0);
    return { day, tries: Math.max(sum('failed'), sum('broken')) };
  });
}
