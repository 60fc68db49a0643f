import { filesystemModes } from '../../../facts/filesystem/modes.ts';
import { isRootOnly } from '../../../facts/root-only.ts';
import { defineCheck } from '../../check.ts';

const schedulers = /^\/etc\/(?:crontab|cron\.(?:d|hourly|daily|weekly|monthly|yearly))$/;

export const schedulerModes = defineCheck({
  id: 'filesystem.scheduler-modes',
  title: 'only root may change the tables of cron',
  why: 'Whoever writes to one of them is root a minute later.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'owner root, not writable by others', source: 'cron(8)' },
    'cis-l1': { want: 'owner root, nothing for others', source: 'CIS Ubuntu 24.04 2.4.1.2 to 2.4.1.7' },
  },
  remediation: 'chown root:root <PATH> && chmod go-w <PATH>; for cis-l1: chmod og-rwx <PATH>',
  needs: { files: filesystemModes },
  evaluate: ({ files }, { profile }, { name: host }) => {
    const judged = files
      .filter(({ path }) => schedulers.test(path))
      .map((file) => {
        const closed = profile !== 'cis-l1' || (Number.parseInt(file.mode, 8) & 0o077) === 0;
        return {
          status: isRootOnly(file) && closed ? ('pass' as const) : ('fail' as const),
          subject: file.path,
          expected: profile === 'cis-l1' ? 'owner root, nothing for others' : 'owner root, not writable by others',
          actual: `${file.mode} ${file.owner}:${file.group}`,
          file: file.path,
        };
      });
    return judged.length > 0 ? judged : [{ status: 'skip', subject: host, evidence: 'cron is not installed' }];
  },
});
