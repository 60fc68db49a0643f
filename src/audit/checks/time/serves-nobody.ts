import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { chronyUnseen } from '../../clock-judgements.ts';

export const servesNobody = defineCheck({
  id: 'time.serves-nobody',
  title: 'chrony answers nobody else',
  why: 'A validator that serves time has one more port open to everybody, for nothing: and NTP servers are asked to amplify attacks.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: 'no "allow", no "cmdallow"', source: 'chrony.conf(5), allow' } },
  remediation: 'Take that line out, then: systemctl restart chrony',
  needs: { sync: timeSync },
  evaluate: ({ sync }, _policy, { name }) => {
    const unseen = chronyUnseen(sync, name);
    if (unseen !== null) return unseen;
    const { chrony } = sync;
    const open = chrony.filter(({ text }) => /^(cmd)?allow( |$)/.test(text));
    if (open.length === 0) return [{ status: 'pass', subject: 'chrony', expected: 'no "allow"', actual: 'none' }];
    return open.map(({ text, file }) => ({
      status: 'fail',
      subject: text,
      expected: 'no "allow"',
      actual: text,
      file,
    }));
  },
});
