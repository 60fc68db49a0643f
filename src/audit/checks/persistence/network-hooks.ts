import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant =
  /\/(?:if-(?:pre-)?up\.d|if-(?:post-)?down\.d|dispatcher\.d|networkd-dispatcher|dhclient-(?:enter|exit)-hooks\.d|ip(?:v6)?-(?:pre-)?(?:up|down)\.d|update(?:-libc)?\.d)\/|\.sh$/;

export const networkHooks = defineCheck({
  id: 'persistence.network-hooks',
  title: 'scripts that run when the network changes are of packages',
  why: 'They run as root whenever an address is renewed, every few hours on many hosts.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no script of no package', 'interfaces(5), networkd-dispatcher(8)'),
  remediation: 'cat <FILE>; make a unit of it, or rm <FILE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['network-hook']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
