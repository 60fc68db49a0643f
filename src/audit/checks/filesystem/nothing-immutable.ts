import { filesystemAttributes } from '../../../facts/filesystem/attributes.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const nothingImmutable = defineCheck({
  id: 'filesystem.nothing-immutable',
  title: 'nothing by which the host is run or entered resists being changed',
  why: 'Intruders make their key or cron line immutable, so that taking it out fails quietly; updates fail as well.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no attribute i or a', 'chattr(1)'),
  remediation: 'lsattr -d <FILE>; chattr -ia <FILE>, and look at what the file says',
  needs: { attributes: filesystemAttributes },
  evaluate: ({ attributes: { looked, fixed } }, _policy, { name: host }) => {
    if (looked === 0) return [{ status: 'skip', subject: host, evidence: 'no file system here keeps attributes' }];
    return orPass(
      fixed.map(({ path, attributes }) => ({
        status: 'fail',
        subject: path,
        expected: 'neither i nor a',
        actual: attributes,
        file: path,
      })),
      host,
      'none',
    );
  },
});
