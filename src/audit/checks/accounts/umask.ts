import { accountsDefaults } from '../../../facts/accounts/defaults.ts';
import { defineCheck } from '../../check.ts';

export const umask = defineCheck({
  id: 'accounts.umask',
  title: 'new files cannot be changed by others',
  why: 'What an operator puts down in a hurry, a key file above all, gets the modes that this leaves.',
  severity: 'low',
  cadence: 'monthly',
  expectations: {
    validator: { want: '022 or stricter', source: 'login.defs(5), Debian default' },
    'cis-l1': { want: '027 or stricter', source: 'CIS Ubuntu 24.04 5.4.3.3' },
  },
  remediation: "sed -i 's/^UMASK.*/UMASK 027/' /etc/login.defs",
  needs: { settings: accountsDefaults },
  evaluate: ({ settings }, { profile }, { name: host }) => {
    const set = settings.findLast(({ name }) => name === 'UMASK');
    if (settings.every(({ name }) => name.includes('.')))
      return [{ status: 'unknown', subject: host, evidence: '/etc/login.defs could not be read, or sets nothing' }];
    const wanted = profile === 'cis-l1' ? 0o027 : 0o022;
    // login.defs(5): without it 022
    const value = Number.parseInt(set?.value ?? '022', 8);
    return [
      {
        status: (value & wanted) === wanted ? 'pass' : 'fail',
        subject: 'UMASK',
        expected: `${profile === 'cis-l1' ? '027' : '022'} or stricter`,
        actual: set?.value ?? '022, because none is set',
        file: set?.file ?? '/etc/login.defs',
      },
    ];
  },
});
