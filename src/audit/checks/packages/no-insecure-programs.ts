import { packagesDpkg } from '../../../facts/packages/dpkg.ts';
import { defineCheck } from '../../check.ts';

/** Packages of servers; what is left are clients. */
const servers = /(d|-hpa|-server|inetd|ypserv|nis)$/;

export const noInsecurePrograms = defineCheck({
  id: 'packages.no-insecure-programs',
  title: 'no program is installed that talks in clear or trusts by address',
  why: 'telnet, rsh, NIS and tftp were built for networks of friends; a password typed into one of them is public.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: {
    validator: { want: 'no server of them', source: 'CIS Ubuntu 24.04 2.1' },
    'cis-l1': { want: 'no server and no client of them', source: 'CIS Ubuntu 24.04 2.1, 2.2' },
  },
  remediation: 'apt-get purge <PACKAGE>',
  needs: { dpkg: packagesDpkg },
  evaluate: ({ dpkg: { insecure } }, { profile }) => {
    const found = insecure.filter(({ name }) => profile === 'cis-l1' || (servers.test(name) && name !== 'tftp-hpa'));
    const expected = profile === 'cis-l1' ? 'no server, no client' : 'no server';
    if (found.length === 0) return [{ status: 'pass', subject: 'packages', expected, actual: 'none' }];
    return found.map(({ name, version }) => ({
      status: 'fail',
      subject: name,
      expected: 'not installed',
      actual: version,
    }));
  },
});
