import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';
import { repeated } from '../../repeated.ts';

export const uniqueUsers = defineCheck({
  id: 'accounts.unique-users',
  title: 'every user has a name and a uid of their own',
  why: 'Two names with one uid are one user to the kernel: each reads the keys of the other, and the log names the wrong one.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'unique', source: 'CIS Ubuntu 24.04 7.2.5, 7.2.7' },
    'cis-l1': { want: 'unique', source: 'CIS Ubuntu 24.04 7.2.5, 7.2.7' },
  },
  remediation: 'usermod -u <FREE UID> <USER>, then give them their files: find / -xdev -uid <OLD UID>',
  needs: { users: loginUsers },
  evaluate: ({ users }, _policy, { name: host }) => {
    // every further uid 0 is accounts.only-root-is-uid-0
    const uids = repeated(
      users.filter(({ uid }) => uid !== 0),
      ({ uid }) => `uid ${uid}`,
    );
    const names = repeated(users, ({ name }) => `name ${name}`);
    const found = [...uids, ...names].map(([subject, several]) => ({
      status: 'fail' as const,
      subject,
      expected: 'one user',
      actual: several.map(({ name, uid }) => `${name} (${uid})`).join(', '),
      file: '/etc/passwd',
    }));
    return found.length > 0 ? found : [{ status: 'pass', subject: host, actual: `${users.length} users` }];
  },
});
