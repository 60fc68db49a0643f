import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

const byKey = ['publickey', 'gssapi-with-mic', 'gssapi-keyex'];

export const loginsByKey = forSshd(
  defineCheck({
    id: 'ssh.logins-by-key',
    title: 'nobody logged in by a password',
    why: 'A password that opens the host can be guessed, reused and phished; sshd may forbid it today and have taken it yesterday.',
    severity: 'high',
    cadence: 'weekly',
    expectations: {
      validator: { want: 'every login by key', source: 'sshd_config(5), PasswordAuthentication' },
      'ssh-audit': { want: 'every login by key', source: 'sshd_config(5), PasswordAuthentication' },
    },
    remediation: 'Give that user a key, then: valops ssh harden; and change the password: passwd <USER>',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { now }) => {
      const window = loginWindow(logins, now);
      const judged = groupLogins(acceptedOf(window.recent), ({ user }) => user).map(([user, counts]): Judgement => {
        const other = counts.filter(({ method }) => !byKey.includes(method));
        return {
          status: other.length === 0 ? 'pass' : 'fail',
          subject: user,
          expected: 'by key',
          actual: [...new Set((other.length === 0 ? counts : other).map(({ method }) => method))].join(', '),
          evidence: describeLogins(other.length === 0 ? counts : other),
        };
      });
      return reviewOf(judged, logins, window);
    },
  }),
);
