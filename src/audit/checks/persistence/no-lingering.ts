import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant =
  /^\/var\/lib\/systemd\/linger\/|\/\.(?:config|local\/share)\/systemd\/user\/.*\.(?:service|timer|socket|path)$/;

export const noLingering = defineCheck({
  id: 'persistence.no-lingering',
  title: 'no account runs services of its own without being logged in',
  why: 'Units of users are in no list of the system: what runs there goes unseen, and starts again at each boot.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no lingering user, no unit in a home', 'loginctl(1), enable-linger'),
  remediation: 'loginctl disable-linger <USER>; make system units of what it runs',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['user-unit']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
