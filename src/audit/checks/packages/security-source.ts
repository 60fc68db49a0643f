import { packageSources } from '../../../facts/packages/sources.ts';
import { systemOs } from '../../../facts/system/os.ts';
import { defineCheck } from '../../check.ts';
import { isOfficial } from '../../official-sources.ts';

const want = { want: 'there is one', source: 'Debian security FAQ; Ubuntu docs: archive' };

export const securitySource = defineCheck({
  id: 'packages.security-source',
  title: 'security updates of the distribution are among the package sources',
  why: 'Without that line the host never hears of security updates, and every other check of updates passes.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.1.2' } },
  remediation:
    'Debian: deb http://security.debian.org/debian-security <CODENAME>-security main, in /etc/apt/sources.list; apt-get update',
  needs: { apt: packageSources, os: systemOs },
  evaluate: ({ apt: { sources, releases }, os: { id, codename } }, _policy, { name: host }) => {
    if (!['debian', 'ubuntu'].includes(id) || codename === null)
      return [{ status: 'skip', subject: host, evidence: `the distribution is "${id}"` }];
    const suites = [`${codename}-security`, `${codename}/updates`, 'stable-security', 'oldstable-security'];
    const found = sources.find(
      (source) =>
        source.enabled &&
        source.type === 'deb' &&
        suites.includes(source.suite) &&
        source.components.includes('main') &&
        isOfficial(source, releases) !== false,
    );
    return [
      {
        status: found === undefined ? 'fail' : 'pass',
        subject: 'security updates',
        expected: `a source of ${codename}-security, main`,
        actual: found === undefined ? 'none' : `${found.uri} ${found.suite}`,
        ...(found === undefined ? {} : { file: `${found.file}:${found.line}` }),
      },
    ];
  },
});
