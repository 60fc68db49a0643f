import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import { sshLogins } from '../../../facts/ssh/logins.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { acceptedOf, describeLogins, groupLogins, loginGaps, loginWindow } from '../../login-review.ts';
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
      const { recent, from } = loginWindow(logins, now);
      const known = new Set(files.flatMap(({ keys }) => keys.map(({ fingerprint }) => fingerprint)));
      const gaps = loginGaps(logins);
      const judged = groupLogins(acceptedOf(recent), ({ key, user }) => key && `${user} ${key}`).map(
        ([subject, counts]): Judgement => ({
          status: counts.every(({ key }) => key !== null && known.has(key)) ? 'pass' : 'fail',
          subject,
          expected: 'in an authorized_keys file',
          actual: counts.every(({ key }) => key !== null && known.has(key)) ? 'it is' : 'in none',
          evidence: describeLogins(counts),
        }),
      );
      if (judged.length + gaps.length > 0) return [...gaps, ...judged];
      return [{ status: 'pass', subject: 'access log', actual: `no login by key since ${from} (${logins.source})` }];
    },
  }),
);
