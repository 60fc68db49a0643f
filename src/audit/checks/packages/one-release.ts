import { packageSources } from '../../../facts/packages/sources.ts';
import { systemOs } from '../../../facts/system/os.ts';
import { defineCheck } from '../../check.ts';
import { isOfficial, releaseOf, sourceName } from '../../official-sources.ts';

export const oneRelease = defineCheck({
  id: 'packages.one-release',
  title: 'sources of the distribution are those of the release that runs',
  why: 'A source of another release replaces the C library or OpenSSH at the next careless install, and nobody tests the mix.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: { want: 'one release', source: 'Debian wiki: DontBreakDebian' } },
  remediation: 'Remove the line, or put the name of the running release into it; apt-get update',
  needs: { apt: packageSources, os: systemOs },
  evaluate: ({ apt: { sources, releases }, os: { codename } }, _policy, { name: host }) => {
    if (codename === null) return [{ status: 'skip', subject: host, evidence: '/etc/os-release names no release' }];
    const own = sources.filter((source) => source.enabled && isOfficial(source, releases) === true);
    if (own.length === 0)
      return [{ status: 'skip', subject: host, evidence: 'there is no source of the distribution' }];
    return own.map((source) => {
      const named = (source.suite.split(/[-/]/)[0] ?? '').toLowerCase();
      // stable and oldstable are names that move on
      const moving = /^(stable|oldstable|oldoldstable|testing)$/.test(named);
      const actual = releaseOf(source, releases)?.codename ?? source.suite;
      const fits = actual.split(/[-/]/)[0] === codename;
      return {
        status: fits && !moving ? 'pass' : 'fail',
        subject: sourceName(source),
        expected: codename,
        actual: source.suite,
        file: `${source.file}:${source.line}`,
        ...(moving ? { evidence: 'this name becomes another release one day, and an update becomes an upgrade' } : {}),
      };
    });
  },
});
