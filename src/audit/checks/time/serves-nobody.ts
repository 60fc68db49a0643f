import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';

export const servesNobody = defineCheck({
  id: 'time.serves-nobody',
  title: 'chrony answers nobody else',
  why: 'A validator that serves time has one more port open to everybody, for nothing: and NTP servers are asked to amplify attacks.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: 'no "allow", no "cmdallow"', source: 'chrony.conf(5), allow' } },
  remediation: 'Take that line out, then: systemctl restart chrony',
  needs: { sync: timeSync },
  evaluate: ({ sync: { chrony, services } }, _policy, { name }) => {
    if (services === null)
      return [{ status: 'unknown', subject: name, evidence: 'systemd does not run: services were not seen' }];
    if (!services.some((one) => one.name === 'chrony.service'))
      return [{ status: 'skip', subject: name, evidence: 'chrony is not installed' }];
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
