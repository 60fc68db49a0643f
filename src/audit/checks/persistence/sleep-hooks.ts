import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant = /\/systemd\/system-(?:shutdown|sleep)\//;

export const sleepHooks = defineCheck({
  id: 'persistence.sleep-hooks',
  title: 'scripts that run at shutdown are of packages',
  why: 'systemd runs what lies there as root at each shutdown, after logging has ended.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no script of no package', 'systemd-shutdown(8), systemd-sleep(8)'),
  remediation: 'cat <FILE>; keep a copy for the incident, then rm <FILE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['service-manager']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
