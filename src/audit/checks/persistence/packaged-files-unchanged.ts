import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const packagedFilesUnchanged = defineCheck({
  id: 'persistence.packaged-files-unchanged',
  title: 'units, rules, hooks and modules of packages are as the packages brought them',
  why: 'Nobody edits files under /usr: one that differs was changed by somebody who wanted it to go unseen.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('the digest of the package, outside of /etc', 'dpkg --verify(1); Debian policy 10.7'),
  remediation: 'dpkg --verify <PACKAGE>; keep a copy for the incident, then apt-get install --reinstall <PACKAGE>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts: { places, packaged } }, _policy, { name: host }) =>
    orPass(
      places
        // configuration is there to be changed: the baseline remembers how it was
        .filter(({ path, changed }) => changed === true && !path.startsWith('/etc/'))
        .map(({ path, package: from, sha256 }) => ({
          status: 'fail',
          subject: path,
          expected: `as in the package "${from ?? ''}"`,
          actual: `sha256 ${sha256 ?? 'unknown'}`,
          file: path,
        })),
      host,
      `${packaged} files of packages`,
    ),
});
