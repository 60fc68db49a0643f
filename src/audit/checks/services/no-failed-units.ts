import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';

export const noFailedUnits = defineCheck({
  id: 'services.no-failed-units',
  title: 'no unit of systemd has failed',
  why: 'A failed unit is a service that does not do its work: a timer that backs up, a firewall, the validator itself.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'state "running"', source: 'systemctl(1), is-system-running' },
    'cis-l1': { want: 'state "running"', source: 'systemctl(1), is-system-running' },
  },
  remediation: 'systemctl --failed; journalctl -b -u <UNIT>; when it is put right: systemctl reset-failed <UNIT>',
  needs: { init: systemInit },
  evaluate: ({ init: { systemd, process } }, _policy, { name }) => {
    if (systemd === null) return [{ status: 'skip', subject: name, evidence: `process 1 is ${process}, not systemd` }];
    const { state } = systemd;
    const common = { subject: 'systemd', expected: 'running', running: state };
    if (state === 'running') return [{ ...common, status: 'pass' }];
    if (state === 'degraded' || state === 'maintenance') return [{ ...common, status: 'fail' }];
    return [{ ...common, status: 'unknown', evidence: `it is "${state}": not settled` }];
  },
});
