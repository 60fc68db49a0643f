import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { isRootOnly } from '../../../facts/root-only.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const ofSystem = /^\/(?:etc|usr|run|lib|var\/lib)\//;
/** Of the user whose table it is, or of the program that keeps it apart (crontab(1), at(1), polkit(8)). */
const elsewhere = /^\/var\/spool\/cron\/|^\/(?:etc|var\/lib|usr\/share)\/polkit-1(?:\/|$)/;

export const placesAreRoots = defineCheck({
  id: 'persistence.places-are-roots',
  title: 'files that the system runs by itself are changed by root alone',
  why: 'Units, hooks, rules and start-up files run as root sooner or later: who may write to one need not break into anything.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('owner root, not writable by others', 'systemd.unit(5), udev(7), pam.conf(5)'),
  remediation: 'chown root:root <PATH> && chmod go-w <PATH>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts: { places, packaged } }, _policy, { name: host }) =>
    orPass(
      places
        .filter(({ path }) => ofSystem.test(path) && !elsewhere.test(path))
        .filter((place) => place.link !== '/dev/null' && !isRootOnly(place))
        // a link to nothing has no owner but its own
        .filter(({ type, mode }) => type !== 'link' || mode !== '0777')
        .map(({ path, mode, owner, group, link }) => ({
          status: 'fail',
          subject: path,
          expected: 'owner root, not writable by others',
          actual: `${mode} ${owner}:${group}${link === null ? '' : `, which is ${link}`}`,
          file: path,
        })),
      host,
      `${places.length + packaged} files`,
    ),
});
