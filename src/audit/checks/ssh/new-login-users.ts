import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'declared, or seen in the weeks before', source: 'NIST SP 800-92, 4.3: baseline of log events' };

export const newLoginUsers = forSshd(
  defineCheck({
    id: 'ssh.new-login-users',
    title: 'nobody logged in who did not before',
    why: 'An account nobody used for weeks and that logs in now was opened, or found, by somebody: service users above all.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want },
    remediation:
      'Ask who it was. If it is an operator: ssh.allowUsers in valops.yaml. If not: usermod -L -s /usr/sbin/nologin <USER>',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { ssh, now }) => {
      const window = loginWindow(logins, now);
      const { recent, earlier, reachesBack, from } = window;
      const allowed = ssh.settings.find(({ directive }) => directive === 'AllowUsers')?.wanted;
      const declared = new Set(allowed?.kind === 'set' ? allowed.values : []);
      const before = new Set(acceptedOf(earlier).map(({ user }) => user));
      const judged = groupLogins(acceptedOf(recent), ({ user }) => user).map(([user, counts]): Judgement => {
        const common = { subject: user, evidence: describeLogins(counts) };
        if (declared.has(user)) return { ...common, status: 'pass', expected: 'in ssh.allowUsers' };
        if (before.has(user)) return { ...common, status: 'pass', expected: `seen before ${from}` };
        const actual = `first seen ${counts.map(({ day }) => day).toSorted()[0]}`;
        if (declared.size > 0)
          return { ...common, status: 'fail', expected: `${[...declared].join(', ')}, or seen before ${from}`, actual };
        if (reachesBack) return { ...common, status: 'fail', expected: `seen before ${from}`, actual };
        return {
          ...common,
          status: 'unknown',
          evidence: `${common.evidence}\nthe log says nothing of the time before ${from}`,
        };
      });
      return reviewOf(judged, logins, window);
    },
  }),
);
