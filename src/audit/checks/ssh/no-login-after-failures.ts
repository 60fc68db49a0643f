import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

/** Tries from a source within the window that a person who mistypes does not make. */
const many = 10;

const want = { want: `fewer than ${many} failed tries from where a login came`, source: 'NIST SP 800-92, 4.3' };

export const noLoginAfterFailures = forSshd(
  defineCheck({
    id: 'ssh.no-login-after-failures',
    title: 'no login came from where many failed',
    why: 'Many refused tries and then a login from the same address is what guessing looks like when it worked.',
    severity: 'critical',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want },
    remediation:
      'Ask that person at once. If it was not them, take the host off the network: valops audit run incident',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { now }) => {
      const window = loginWindow(logins, now);
      const { recent, from } = window;
      const judged = groupLogins(acceptedOf(recent), ({ source }) => source).map(([source, counts]): Judgement => {
        const tries = recent
          .filter((one) => one.source === source && one.outcome === 'failed')
          .reduce((sum, { count }) => sum + count, 0);
        return {
          status: tries >= many ? 'fail' : 'pass',
          subject: source,
          expected: `fewer than ${many} failed tries`,
          actual: `${tries} failed tries since ${from}`,
          evidence: describeLogins(counts),
        };
      });
      return reviewOf(judged, logins, window);
    },
  }),
);
