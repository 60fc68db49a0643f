import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant = /^\/etc\/(?:rc\.local|inittab)$/;

export const noRcLocal = defineCheck({
  id: 'persistence.no-rc-local',
  title: 'there is no /etc/rc.local',
  why: 'It runs as root at each boot because systemd still looks for it, and no unit, timer or list of services shows what is in it.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no such file', 'systemd-rc-local-generator(8)'),
  remediation: 'make a unit of what it does, then rm /etc/rc.local && systemctl daemon-reload',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['init']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
