import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant = /\/libnss_/;

export const nameServiceModules = defineCheck({
  id: 'persistence.name-service-modules',
  title: 'every module that answers for users and names is of a package',
  why: 'Such a module runs in every program that asks who somebody is, and may add a second root to what it answers.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no module of no package', 'nsswitch.conf(5)'),
  remediation: 'dpkg -S <FILE>; take its name out of /etc/nsswitch.conf, then rm <FILE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['name-service']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
