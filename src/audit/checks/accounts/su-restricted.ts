import { accountsPam } from '../../../facts/accounts/pam.ts';
import { defineCheck } from '../../check.ts';

export const suRestricted = defineCheck({
  id: 'accounts.su-restricted',
  title: 'su is for the members of one group',
  why: 'CIS wants it, so that a known root password is not enough. The validator profile locks that password instead.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { 'cis-l1': { want: 'pam_wheel with use_uid', source: 'CIS Ubuntu 24.04 5.2.7' } },
  remediation: 'groupadd sugroup; in /etc/pam.d/su: auth required pam_wheel.so use_uid group=sugroup',
  needs: { pam: accountsPam },
  evaluate: ({ pam }) => {
    const rule = pam.find(
      ({ path, type, control, module, options }) =>
        path === '/etc/pam.d/su' &&
        type === 'auth' &&
        control.startsWith('requi') &&
        module === 'pam_wheel.so' &&
        options.includes('use_uid') &&
        !options.includes('trust'),
    );
    return [
      {
        status: rule === undefined ? 'fail' : 'pass',
        subject: 'su',
        expected: 'auth required pam_wheel.so use_uid group=<GROUP>',
        actual: rule === undefined ? 'everybody' : rule.options.join(' '),
        file: rule === undefined ? '/etc/pam.d/su' : `${rule.path}:${rule.line}`,
      },
    ];
  },
});
