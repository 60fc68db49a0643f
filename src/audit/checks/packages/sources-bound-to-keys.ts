import { packageSources } from '../../../facts/packages/sources.ts';
import { defineCheck } from '../../check.ts';
import { isOfficial, sourceName } from '../../official-sources.ts';

const want = { want: 'signed-by its own key', source: 'sources.list(5), Signed-By; Debian wiki: UseThirdParty' };

export const sourcesBoundToKeys = defineCheck({
  id: 'packages.sources-bound-to-keys',
  title: 'sources of others than the distribution are bound to their own key',
  why: 'Without it every key that apt trusts vouches for every source: the one of a plotting tool for your OpenSSH.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.1' } },
  remediation:
    'Put its key into /etc/apt/keyrings/<NAME>.asc and [signed-by=/etc/apt/keyrings/<NAME>.asc] into its line',
  needs: { apt: packageSources },
  evaluate: ({ apt: { sources, releases } }) => {
    const judged = sources
      .filter(({ enabled, uri }) => enabled && !/^(file|copy|cdrom):/.test(uri))
      .map((source) => ({ source, official: isOfficial(source, releases) }))
      .filter(({ official }) => official !== true);
    if (judged.length === 0)
      return [
        { status: 'pass', subject: 'sources', expected: 'each bound to its key', actual: "all are the distribution's" },
      ];
    return judged.map(({ source, official }) => {
      const bound = source.signedBy.length > 0;
      return {
        status: bound ? 'pass' : official === undefined ? 'unknown' : 'fail',
        subject: sourceName(source),
        expected: 'signed-by its own key',
        actual: bound ? source.signedBy.join(', ') : 'any key that apt trusts',
        file: `${source.file}:${source.line}`,
        ...(bound || official === false ? {} : { evidence: 'no list of it was fetched: whose it is, is not known' }),
      };
    });
  },
});
