import { persistenceCron } from '../../../facts/persistence/cron.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const userCrontabs = defineCheck({
  id: 'persistence.user-crontabs',
  title: 'no account of a service has a table of cron',
  why: 'Whoever got into a service once comes back by its crontab, after every update and restart.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none of accounts that cannot log in', 'crontab(1)'),
  remediation: 'crontab -u <USER> -l; make a unit or a file in /etc/cron.d of what is needed; crontab -u <USER> -r',
  needs: { cron: persistenceCron, users: loginUsers },
  evaluate: ({ cron: { jobs }, users }, { serviceUsers }, { name: host }) => {
    const tables = jobs.filter(({ path }) => path.startsWith('/var/spool/cron/'));
    const found = tables.filter(({ user }) => {
      const account = users.find(({ name }) => name === user);
      return account === undefined || !account.canLogIn || serviceUsers.includes(user);
    });
    return orPass(
      [...new Set(found.map(({ user }) => user))].map((user) => ({
        status: 'fail',
        subject: user,
        expected: 'no crontab',
        actual: `jobs: ${found.filter((one) => one.user === user).length}`,
        file: `/var/spool/cron/crontabs/${user}`,
      })),
      host,
      `${tables.length} jobs in tables of users`,
    );
  },
});
