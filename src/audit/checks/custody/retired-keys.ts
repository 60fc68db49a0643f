import { custodyHomeAt } from '../../../facts/custody/home.ts';
import { defineCheck } from '../../check.ts';

const most = 30;
const want = { want: `gone ${most} days after its rotation`, source: 'valops: keys rotate' };

export const retiredKeys = defineCheck({
  id: 'custody.retired-keys',
  title: 'age keys that were replaced do not stay on the host',
  why: 'A retired key still opens every old copy of a backup: on the host it is a key beside its backups.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Carry it to offline storage when an old copy still needs it, then remove it: shred -u <FILE>',
  needs: ({ home }) => ({ home: custodyHomeAt(home) }),
  evaluate: ({ home: { path, entries } }, { now }) => {
    if (entries.length === 0) return [{ status: 'skip', subject: path, evidence: 'there is no such directory' }];
    const retired = entries.filter((one) => /\.key\.retired-\d{4}-\d{2}-\d{2}(-\d+)?$/.test(one.path));
    if (retired.length === 0) return [{ status: 'pass', subject: path, actual: 'no retired key' }];
    return retired.map(({ path: file }) => {
      const day = /retired-(\d{4}-\d{2}-\d{2})/.exec(file)?.[1] ?? '';
      const age = Math.floor((now.getTime() - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);
      return {
        // a day that is none, or to come, is no excuse
        status: age >= 0 && age <= most ? 'pass' : 'fail',
        subject: file,
        expected: `at most ${most} days after ${day}`,
        actual: age >= 0 ? `${age} days` : 'a day to come',
        file,
      };
    });
  },
});
