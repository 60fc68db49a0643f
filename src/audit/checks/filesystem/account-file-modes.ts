import { filesystemModes } from '../../../facts/filesystem/modes.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { octal } from '../../../lib/octal.ts';

const wanted: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['passwd', 'passwd-', 'group', 'group-', 'shells'].map((name) => [`/etc/${name}`, 0o644])),
  ...Object.fromEntries(['shadow', 'shadow-', 'gshadow', 'gshadow-'].map((name) => [`/etc/${name}`, 0o640])),
  '/etc/security/opasswd': 0o600,
  '/etc/security/opasswd.old': 0o600,
};

export const accountFileModes = defineCheck({
  id: 'filesystem.account-file-modes',
  title: 'files of accounts and passwords are readable and writable by whom they should be',
  why: 'Who writes /etc/passwd is root; who reads /etc/shadow has every hash to guess at.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('0644, with passwords 0640, owner root', 'CIS Ubuntu 24.04 7.1.1 to 7.1.10'),
  remediation:
    'chown root:root /etc/passwd /etc/group && chmod 0644 /etc/passwd /etc/group; chown root:shadow /etc/shadow /etc/gshadow && chmod 0640 /etc/shadow /etc/gshadow',
  needs: { files: filesystemModes },
  evaluate: ({ files }) =>
    files.flatMap(({ path, mode, owner, group }) => {
      const most = wanted[path];
      if (most === undefined) return [];
      const good =
        owner === 'root' && ['root', 'shadow'].includes(group) && (Number.parseInt(mode, 8) & ~most & 0o7777) === 0;
      return [
        {
          status: good ? 'pass' : 'fail',
          subject: path,
          expected: `owner root, ${octal(most)} or less`,
          actual: `${mode} ${owner}:${group}`,
          file: path,
        },
      ];
    }),
});
