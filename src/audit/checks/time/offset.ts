import { systemInit } from '../../../facts/system/init.ts';
import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { clockOfItsMachine } from '../../clock-judgements.ts';

/** Seconds. NTP over the internet keeps within some milliseconds. */
const most = 0.1;

export const offset = defineCheck({
  id: 'time.offset',
  title: 'the clock is right to a tenth of a second',
  why: 'Blocks and votes carry times: a clock that is off by more is a proposer whose blocks come late, or are refused.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: {
      want: `at most ${most} s`,
      source: 'CometBFT docs: proposer-based timestamps; agave docs: clock accuracy',
    },
  },
  remediation: 'chronyc -n tracking; chronyc -n sources; nearer servers: <HOSTER> in /etc/chrony/sources.d',
  needs: { sync: timeSync, init: systemInit },
  evaluate: ({ sync: { tracking }, init }, _policy, { name }) => {
    const elsewhere = clockOfItsMachine(init, name);
    if (elsewhere !== null) return elsewhere;
    if (tracking.length === 0)
      return [{ status: 'unknown', subject: 'clock', evidence: 'no service that keeps time told how far off it is' }];
    return tracking.map(({ service, source, offset: off }) => {
      if (source === null || off === null)
        return {
          status: 'unknown',
          subject: service,
          evidence: 'it follows no source now, so that it knows no offset',
        };
      return {
        status: off <= most ? 'pass' : 'fail',
        subject: service,
        expected: `at most ${most} s`,
        running: `${Number(off.toPrecision(3))} s`,
        evidence: `against ${source}`,
      };
    });
  },
});
