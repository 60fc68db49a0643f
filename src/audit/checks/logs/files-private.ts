import { logsFiles } from '../../../facts/logs/files.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

export const filesPrivate = defineCheck({
  id: 'logs.files-private',
  title: 'nobody else writes logs, or reads who logged in',
  why: 'A log that anybody can write proves nothing, and lists of logins tell an attacker whose key to steal.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth(
    'not writable by others; auth.log, btmp, audit.log not readable by others',
    'CIS Ubuntu 24.04 6.1.4.1',
  ),
  remediation: 'chmod o-rwx <FILE>; and what made it so: FileCreateMode in rsyslog.conf, "create" in /etc/logrotate.d',
  needs: { files: logsFiles },
  evaluate: ({ files: { odd, cut } }) => {
    const judged = odd
      .filter(({ mode }) => (Number.parseInt(mode, 8) & 0o6) !== 0)
      .filter(
        ({ mode, path }) =>
          (Number.parseInt(mode, 8) & 0o2) !== 0 || /\/(auth\.log|secure|btmp|audit\.log|sudo)[^/]*$/.test(path),
      )
      .map(({ path, mode, owner, group }): Judgement => ({
        status: 'fail',
        subject: path,
        expected: (Number.parseInt(mode, 8) & 0o2) === 0 ? 'not readable by others' : 'not writable by others',
        actual: `${mode} ${owner}:${group}`,
        file: path,
      }));
    if (cut) return [...judged, { status: 'unknown', subject: '/var/log', evidence: 'the search was cut off' }];
    return judged.length > 0 ? judged : [{ status: 'pass', subject: '/var/log', actual: 'no such file' }];
  },
});
