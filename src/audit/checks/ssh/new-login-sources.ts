import { sshLogins } from '../../../facts/ssh/logins.ts';
import { contains, parseIp, parseNetwork } from '../../../lib/ip.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, neighbourhood, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'declared, or seen in the weeks before', source: 'NIST SP 800-92, 4.3: baseline of log events' };

export const newLoginSources = forSshd(
  defineCheck({
    id: 'ssh.new-login-sources',
    title: 'nobody logged in from a network that was not seen before',
    why: 'A login from somewhere new is how a stolen key shows: the log tells it once, and nobody reads it.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want },
    remediation:
      'Ask that person. If it was them: audit.loginSources in valops.yaml. If not, remove the key: valops audit run incident',
    needs: { logins: sshLogins },
    evaluate: ({ logins }, { loginSources, now }) => {
      const window = loginWindow(logins, now);
      const { recent, earlier, reachesBack, from } = window;
      const declared = loginSources.flatMap((one) => parseNetwork(one) ?? []);
      const before = new Set(acceptedOf(earlier).map(({ source }) => neighbourhood(source ?? '')));
      const judged = groupLogins(acceptedOf(recent), ({ source }) => source && neighbourhood(source)).map(
        ([network, counts]): Judgement => {
          const inside = counts.every(({ source }) => {
            const ip = parseIp(source ?? '');
            return ip !== null && declared.some((one) => contains(one, ip));
          });
          const common = { subject: network, evidence: describeLogins(counts) };
          if (inside) return { ...common, status: 'pass', expected: `from ${loginSources.join(', ')}` };
          if (before.has(network)) return { ...common, status: 'pass', expected: `seen before ${from}` };
          if (reachesBack || declared.length > 0)
            return {
              ...common,
              status: 'fail',
              expected:
                declared.length > 0 ? `from ${loginSources.join(', ')}, or seen before ${from}` : `seen before ${from}`,
              actual: `first seen ${counts.map(({ day }) => day).toSorted()[0]}`,
            };
          return {
            ...common,
            status: 'unknown',
            evidence: `${common.evidence}\nthe log says nothing of the time before ${from}`,
          };
        },
      );
      return reviewOf(judged, logins, window);
    },
  }),
);
