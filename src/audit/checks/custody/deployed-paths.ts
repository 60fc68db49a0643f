import { custodyPlacesOf } from '../../../facts/custody/places.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'written by root and the service user only, up to the root', source: 'path_resolution(7)' };

export const deployedPaths = defineCheck({
  id: 'custody.deployed-paths',
  title: 'nobody but root and the validator can replace the deployed keys',
  why: 'Who writes to a directory above the key puts another key, or a link, in its place, whatever mode the file has.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown <SERVICE USER>: <DIRECTORY> && chmod go-w <DIRECTORY>',
  needs: ({ keyPlaces }) => ({ places: custodyPlacesOf(keyPlaces) }),
  evaluate: ({ places }, { serviceUsers }, { name }) => {
    if (places.length === 0)
      return [{ status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.keyPlaces' }];
    const owners = ['root', ...serviceUsers];
    return places.flatMap(({ path, entries, parents }): readonly Judgement[] => {
      if (entries.length === 0) return [{ status: 'skip', subject: path, evidence: 'nothing is there' }];
      const directories = [...entries.filter(({ type }) => type === 'directory'), ...parents];
      const open = directories.filter(({ mode, owner }) => {
        const bits = parseInt(mode, 8);
        return !owners.includes(owner) || ((bits & 0o022) !== 0 && (bits & 0o1000) === 0);
      });
      const expected = `owned by ${owners.join(' or ')}, not writable by others`;
      if (open.length === 0)
        return [{ status: 'pass', subject: path, expected, actual: `${directories.length} directories` }];
      return open.map((one) => ({
        status: 'fail',
        subject: one.path,
        expected,
        actual: `${one.owner}:${one.group} ${one.mode}`,
        evidence: `above or in "${path}"`,
      }));
    });
  },
});
