import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

/** Restarts of systemd's own accord since the unit was started by hand or the host booted. */
const atMost = 3;

export const fewRestarts = defineCheck({
  id: 'services.few-restarts',
  title: 'the validator does not crash time and again',
  why: 'A process that is started again every few minutes looks alive, misses blocks and hides its fault.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: { want: `at most ${atMost} since it was started`, source: 'systemctl(1), NRestarts' } },
  remediation:
    'journalctl -u <UNIT> | grep -i -e exited -e killed; when it is put right: systemctl reset-failed <UNIT>',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ restarts }) => ({
      status: restarts > atMost ? 'fail' : 'pass',
      expected: `at most ${atMost} restarts`,
      running: `${restarts}`,
    })),
});
