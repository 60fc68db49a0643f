import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

export const asOnDisk = defineCheck({
  id: 'services.as-on-disk',
  title: 'systemd has read the unit files of the validator as they are now',
  why: 'What was reviewed in the file is not what runs, until somebody reloads it by accident.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: { want: 'no reload needed', source: 'systemctl(1), NeedDaemonReload' } },
  remediation: 'systemctl cat <UNIT>; systemctl daemon-reload; restart <UNIT> when that suits the network',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ needsReload, unread, dropIns }) => ({
      status: needsReload || unread.length > 0 ? 'fail' : 'pass',
      expected: 'the files as systemd read them',
      actual:
        unread.length > 0 ? `not read: ${unread.join(', ')}` : needsReload ? 'changed since' : 'not changed since',
      ...(dropIns.length === 0 ? {} : { evidence: `drop-ins: ${dropIns.join(', ')}` }),
    })),
});
