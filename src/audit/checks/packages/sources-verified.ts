import { packageSources } from '../../../facts/packages/sources.ts';
import { defineCheck } from '../../check.ts';
import { sourceName } from '../../official-sources.ts';

/** Options of sources.list(5) that let packages in unverified. */
const lax: readonly string[] = ['trusted', 'allow-insecure', 'allow-weak', 'allow-downgrade-to-insecure'];
const on = /^(yes|true|with|on|enable|1)$/i;

const want = { want: 'none is believed without a signature', source: 'sources.list(5); apt-secure(8)' };

export const sourcesVerified = defineCheck({
  id: 'packages.sources-verified',
  title: 'every package source is verified by signature',
  why: 'Whoever sits between the host and such a source, or owns it, installs what he likes as root.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.1' } },
  remediation:
    'Remove trusted=yes and its like from the line; put the key of the source into /etc/apt/keyrings, with signed-by=<KEY>',
  needs: { apt: packageSources },
  evaluate: ({ apt: { sources } }, _policy, { name: host }) => {
    const enabled = sources.filter((source) => source.enabled);
    if (enabled.length === 0) return [{ status: 'skip', subject: host, evidence: 'there are no package sources' }];
    return enabled.map((source) => {
      const found = Object.entries(source.options).filter(([name, value]) => lax.includes(name) && on.test(value));
      return {
        status: found.length === 0 ? 'pass' : 'fail',
        subject: sourceName(source),
        expected: 'verified by signature',
        actual: found.map(([name, value]) => `${name}=${value}`).join(', ') || 'verified',
        file: `${source.file}:${source.line}`,
      };
    });
  },
});
