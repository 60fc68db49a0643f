import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'none where PermitRootLogin is to be "no"', source: 'CIS Ubuntu 24.04 5.1.20' };

export const rootLogins = forSshd(
  defineCheck({
    id: 'ssh.root-logins',
    title: 'nobody logged in as root',
    why: 'A login as root leaves no name: whoever took the keys of a validator cannot be told from its operators.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want },
    remediation:
      'Log in as a person and use sudo; then: valops ssh harden. If it is meant: ssh.override.PermitRootLogin in valops.yaml',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { ssh, now }) => {
      const window = loginWindow(logins, now);
      const wanted = ssh.settings.find(({ directive }) => directive === 'PermitRootLogin')?.wanted;
      const byKey =
        wanted?.kind === 'word' && !wanted.accept.includes('no') && wanted.accept.every((one) => one !== 'no');
      const anyway = wanted?.kind === 'word' && wanted.accept.includes('yes');
      const root = acceptedOf(window.recent).filter(({ user }) => user === 'root');
      const judged = groupLogins(root, ({ method, source }) => `${method} from ${source}`).map(
        ([subject, counts]): Judgement => ({
          status: anyway || (byKey && counts.every(({ method }) => method === 'publickey')) ? 'pass' : 'fail',
          subject,
          expected: anyway ? 'any: declared' : byKey ? 'by key only: declared' : 'no login as root',
          actual: describeLogins(counts),
        }),
      );
      return reviewOf(judged, logins, window, { subject: 'root' });
    },
  }),
);
