import { packagesUpdates } from '../../../facts/packages/updates.ts';
import { defineCheck } from '../../check.ts';

/** A list that did not change is not written again; security lists change several times a week. */
const atMost = 8;

const want = { want: `at most ${atMost} days old`, source: 'apt-get(8), update' };

export const listsFresh = defineCheck({
  id: 'packages.lists-fresh',
  title: 'the host heard of new packages this week',
  why: 'Old lists say that nothing is pending. Fetching them installs nothing, so a validator may do it every day.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.2.1' } },
  remediation:
    'apt-get update; for good: echo APT::Periodic::Update-Package-Lists \\"1\\"; into /etc/apt/apt.conf.d, with apt-daily.timer enabled',
  needs: { updates: packagesUpdates },
  evaluate: ({ updates: { fetchedAt, now } }) => {
    const common = { subject: 'lists', expected: `at most ${atMost} days old` };
    if (fetchedAt === null) return [{ ...common, status: 'fail', actual: 'never fetched' }];
    const days = (now - fetchedAt) / 86_400;
    return [
      {
        ...common,
        status: days > atMost ? 'fail' : 'pass',
        actual: days < 1 ? 'less than a day old' : `${Math.floor(days)} days old`,
        evidence: `fetched ${new Date(fetchedAt * 1000).toISOString()}`,
      },
    ];
  },
});
