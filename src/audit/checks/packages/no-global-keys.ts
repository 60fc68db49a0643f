import { packageSources } from '../../../facts/packages/sources.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'keys of packages only', source: 'apt-key(8), deprecation; Debian wiki: UseThirdParty' };

export const noGlobalKeys = defineCheck({
  id: 'packages.no-global-keys',
  title: 'no key is trusted for every package source but those of the distribution',
  why: 'The owner of such a key may replace any package of the host, and adding one is a lasting back door.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.1' } },
  remediation: 'Move it to /etc/apt/keyrings, name it by signed-by= in its source, and remove it here',
  needs: { apt: packageSources },
  evaluate: ({ apt: { globalKeys } }) => {
    const foreign = globalKeys.filter(({ packaged }) => !packaged);
    if (foreign.length === 0)
      return [
        {
          status: 'pass',
          subject: 'keys',
          expected: 'keys of packages only',
          actual: `${globalKeys.length} keys, all of packages`,
        },
      ];
    return foreign.map(({ path }) => ({
      status: 'fail',
      subject: path,
      expected: 'not here, or from a package',
      actual: 'of no package',
      file: path,
    }));
  },
});
