import { logsJournal } from '../../../facts/logs/journal.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

export const journalPersistent = defineCheck({
  id: 'logs.journal-persistent',
  title: 'the journal outlives a reboot',
  why: 'A journal in memory is gone with the crash, or the intruder, that it should tell about.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('kept in /var/log/journal', 'CIS Ubuntu 24.04 6.1.1.4; journald.conf(5), Storage'),
  remediation:
    "mkdir -p /etc/systemd/journald.conf.d /var/log/journal; printf '[Journal]\\nStorage=persistent\\n' >/etc/systemd/journald.conf.d/60-storage.conf; systemctl restart systemd-journald; journalctl --flush",
  needs: { journal: logsJournal },
  evaluate: ({ journal: { settings, onDisk } }) => {
    const set = settings['Storage'];
    const volatile = set !== undefined && ['volatile', 'none'].includes(set.value);
    return [
      {
        status: onDisk && !volatile ? 'pass' : 'fail',
        subject: 'journal',
        expected: 'Storage=persistent, or auto and /var/log/journal',
        actual: set === undefined ? 'auto, the default' : set.value,
        running: onDisk ? 'writes to /var/log/journal' : 'does not write to /var/log/journal',
        ...(set === undefined ? {} : { file: set.file }),
      },
    ];
  },
});
