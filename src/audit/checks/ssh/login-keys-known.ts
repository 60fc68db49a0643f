import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginWindow, reviewOf } from '../../login-review.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'still in an authorized_keys file', source: 'NISTIR 7966, 5: SSH key management' };

export const loginKeysKnown = forSshd(
  defineCheck({
    id: 'ssh.login-keys-known',
    title: 'every key that logged in is still an authorised one',
    why: 'Whoever adds a key, logs in and takes it out again leaves authorized_keys as it was: only the log remembers.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want },
    remediation: 'Ask who took that key out, and when. If nobody did: valops audit run incident',
    needs: { logins: sshLogins, files: sshAuthorizedKeys },
    evaluate: ({ logins, files }, { now }) => {
      const window = loginWindow(logins, now);
      const known = new Set(files.flatMap(({ keys }) => keys.map(({ fingerprint }) => fingerprint)));
      const judged = groupLogins(acceptedOf(window.recent), ({ key, user }) => key && `${user} ${key}`).map(
        ([subject, counts]): Judgement => {
          const isKnown = counts.every(({ key }) => key !== null && known.has(key));
          return {
            status: isKnown ? 'pass' : 'fail',
            subject,
            expected: 'in an authorized_keys file',
            actual: isKnown ? 'it is' : 'in none',
            evidence: describeLogins(counts),
          };
        },
      );
      return reviewOf(judged, logins, window, { none: 'no login by key' });
    },
  }),
);
