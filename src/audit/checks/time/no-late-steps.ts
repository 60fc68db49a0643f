import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { chronyUnseen } from '../../clock-judgements.ts';

export const noLateSteps = defineCheck({
  id: 'time.no-late-steps',
  title: 'chrony sets the clock at start only, and slews it later',
  why: 'A clock that jumps while the validator runs makes it time out, or sign for a moment that was already over.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: 'makestep with a limit above 0', source: 'chrony.conf(5), makestep' } },
  remediation: 'In that file: makestep 1 3; then: systemctl restart chrony',
  needs: { sync: timeSync },
  evaluate: ({ sync }, _policy, { name }) => {
    const unseen = chronyUnseen(sync, name);
    if (unseen !== null) return unseen;
    const { chrony } = sync;
    // of several lines, the last one counts
    const last = chrony.findLast(({ text }) => text.startsWith('makestep'));
    const late = Number(last?.text.split(' ')[2] ?? 1) < 0;
    return [
      {
        status: late ? 'fail' : 'pass',
        subject: 'makestep',
        expected: 'a limit above 0, or none',
        actual: last?.text ?? 'none: the clock is never stepped',
        ...(last === undefined ? {} : { file: last.file }),
      },
    ];
  },
});
