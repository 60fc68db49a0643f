import { filesystemMounts } from '../../../facts/filesystem/mounts.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

/** Percent. */
const most = 90;

export const room = defineCheck({
  id: 'filesystem.room',
  title: 'every disk has room, for bytes and for files',
  why: 'A full disk stops the validator, corrupts its ledger and keeps backups and this audit from being written.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth(`less than ${most} % in use`, 'df(1)'),
  remediation: 'du -xh --max-depth=2 <PATH> | sort -h | tail; journalctl --vacuum-size=1G; apt-get clean',
  needs: { facts: filesystemMounts },
  evaluate: ({ facts: { usage } }, _policy, { name: host }) => {
    const judged = usage.flatMap(({ path, blocks, inodes }) =>
      (
        [
          [path, blocks],
          [`${path} (files)`, inodes],
        ] as const
      ).flatMap(([subject, percent]): readonly Judgement[] =>
        percent === null
          ? []
          : [
              {
                status: percent < most ? 'pass' : 'fail',
                subject,
                expected: `less than ${most} %`,
                running: percent < most ? 'enough' : `${percent} %`,
              },
            ],
      ),
    );
    return judged.length > 0
      ? judged
      : [{ status: 'unknown', subject: host, evidence: 'df told nothing about any disk' }];
  },
});
