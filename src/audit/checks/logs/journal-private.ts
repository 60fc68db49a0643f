import { logsJournal } from '../../../facts/logs/journal.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

export const journalPrivate = defineCheck({
  id: 'logs.journal-private',
  title: 'only root and its group read the journal',
  why: 'The journal holds command lines, addresses of operators and, now and then, a password typed in the wrong place.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: ofBoth('files 0640, directories not writable by others', 'CIS Ubuntu 24.04 6.1.1.2'),
  remediation: 'systemd-tmpfiles --create --prefix /var/log/journal; chmod o-rwx <FILE>',
  needs: { journal: logsJournal },
  evaluate: ({ journal: { open } }) =>
    open.length === 0
      ? [{ status: 'pass', subject: '/var/log/journal', actual: 'nothing is open to others' }]
      : open.map(({ path, mode }) => ({
          status: 'fail',
          subject: path,
          expected: 'closed to others',
          actual: mode,
          file: path,
        })),
});
