import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

export const pamModules = defineCheck({
  id: 'persistence.pam-modules',
  title: 'every module of PAM is of a package',
  why: 'A module sees every password that is typed, and decides whether it is right.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('no module of no package', 'pam(7)'),
  remediation:
    'sha256sum <FILE>; dpkg -S <FILE>; keep a copy for the incident, then rm <FILE> and its rule in /etc/pam.d',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) => judgeStrangers(strangersIn(facts, ['pam-module']), host),
});
