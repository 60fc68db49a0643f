import { systemInit } from '../../../facts/system/init.ts';
import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { clockOfItsMachine } from '../../clock-judgements.ts';

/** With three, one that lies is outvoted. */
const least = 3;

export const severalServers = defineCheck({
  id: 'time.several-servers',
  title: 'time comes from several servers that agree',
  why: 'With one server the clock goes wherever that server goes: a false one makes a validator sign for the wrong moment.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: `at least ${least} usable servers`, source: 'RFC 8633, 3.2' } },
  remediation:
    'Name a pool, or four servers: echo "pool 2.debian.pool.ntp.org iburst" >/etc/chrony/sources.d/pool.sources; chronyc reload sources',
  needs: { sync: timeSync, init: systemInit },
  evaluate: ({ sync: { tracking }, init }, _policy, { name }) => {
    const elsewhere = clockOfItsMachine(init, name);
    if (elsewhere !== null) return elsewhere;
    if (tracking.length === 0)
      return [{ status: 'unknown', subject: 'clock', evidence: 'no service that keeps time told about its servers' }];
    return tracking.map(({ service, servers, source }) => {
      if (servers === null)
        return {
          status: 'skip',
          subject: service,
          evidence: `it asks one server at a time${source === null ? '' : ` (${source})`}: chrony compares several`,
        };
      return {
        status: servers.usable >= least ? 'pass' : 'fail',
        subject: service,
        expected: `at least ${least} usable servers`,
        running: `${servers.usable} of ${servers.asked} usable`,
      };
    });
  },
});
