import { logsJournal } from '../../../facts/logs/journal.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { onDemand } from '../../service-check.ts';

export const journalVolatile = defineCheck({
  id: 'service.journal-volatile',
  title: 'the journal of a node that forgets is in memory',
  why: 'Logs tell who asked what and when, and a disk keeps them long after somebody deleted them.',
  severity: 'medium',
  expectations: ofBoth('Storage=volatile, or none', 'journald.conf(5), Storage='),
  remediation:
    "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=volatile\\n' >/etc/systemd/journald.conf.d/60-storage.conf; systemctl restart systemd-journald; then remove /var/log/journal",
  ...onDemand,
  needs: { journal: logsJournal },
  evaluate: ({ journal: { settings, onDisk } }, { amnesia }, { name }) => {
    if (amnesia?.volatileJournal !== true)
      return [
        { status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.amnesia with volatileJournal' },
      ];
    const set = settings['Storage'];
    const volatile = set !== undefined && ['volatile', 'none'].includes(set.value);
    return [
      {
        status: volatile && !onDisk ? 'pass' : 'fail',
        subject: 'journal',
        expected: 'Storage=volatile, or none',
        actual: set === undefined ? 'auto, the default' : set.value,
        running: onDisk ? 'writes to /var/log/journal' : 'does not write to /var/log/journal',
        ...(set === undefined ? {} : { file: set.file }),
      },
    ];
  },
});
