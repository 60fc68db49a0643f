import { custodyHomeAt } from '../../../facts/custody/home.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'nothing staged for more than a day', source: 'valops: reseal, keys rotate' };

/** What a writer makes beside the file it is about to replace. */
const staged = /\.resealed-[0-9a-f]{16}(-2)?$|\/\.[^/]+\.valops-\d+-[0-9a-f]{8}$/;

export const noUnfinishedWork = defineCheck({
  id: 'custody.no-unfinished-work',
  title: 'no rotation of keys and no reseal was left half done',
  why: 'Until it ends, files are sealed to the old and the new key at once, and copies of keys lie under names nobody looks for.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Run the same command again on the host: it ends or undoes what was begun (valops reseal <FILES>, valops keys rotate <FILES>).',
  needs: ({ home }) => ({ home: custodyHomeAt(home) }),
  evaluate: ({ home: { path, entries } }, { now }) => {
    if (entries.length === 0) return [{ status: 'skip', subject: path, evidence: 'there is no such directory' }];
    const old = entries.filter((one) => staged.test(one.path) && now.getTime() / 1000 - one.modified > 86_400);
    if (old.length === 0) return [{ status: 'pass', subject: path, actual: 'nothing left over' }];
    return old.map(({ path: file, modified }) => ({
      status: 'fail',
      subject: file,
      expected: 'gone when the command ends',
      actual: `there since ${new Date(modified * 1000).toISOString()}`,
      file,
    }));
  },
});
