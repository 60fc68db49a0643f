import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

export const loginScripts = defineCheck({
  id: 'persistence.login-scripts',
  title: 'what runs at each login is of packages',
  why: 'sshrc, ~/.ssh/rc and the scripts of the message of the day run at every login, before anybody sees a prompt.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('none of no package', 'sshd(8), "SSHRC"; update-motd(5)'),
  remediation: 'cat <FILE>; when nobody knows it: keep a copy for the incident, then rm <FILE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) => judgeStrangers(strangersIn(facts, ['login', 'desktop']), host),
});
