import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

export const privilegeRules = defineCheck({
  id: 'persistence.privilege-rules',
  title: 'rules of polkit and services of the bus are of packages',
  why: 'A rule of polkit grants root without sudo, and no list of sudo shows it.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none of no package', 'polkit(8), dbus-daemon(1)'),
  remediation: 'cat <FILE>; when nobody knows it: keep a copy for the incident, then rm <FILE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) => judgeStrangers(strangersIn(facts, ['polkit', 'bus']), host),
});
