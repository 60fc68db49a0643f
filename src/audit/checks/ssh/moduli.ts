import { sshModuli } from '../../../facts/ssh/moduli.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

export const moduli = forSshd(
  defineCheck({
    id: 'ssh.moduli',
    title: 'groups for Diffie-Hellman group exchange are large enough',
    why: 'A client that asks for a small group gets one, and what was typed in its session can be read later.',
    severity: 'low',
    cadence: 'monthly',
    expectations: {
      validator: { want: '3072 bits or more', source: 'ssh-audit hardening policies (2025-09)' },
      'cis-l1': { want: '2048 bits or more', source: 'NIST SP 800-131A' },
      'ssh-audit': { want: '3072 bits or more', source: 'ssh-audit hardening policies (2025-09)' },
    },
    remediation: 'valops ssh plan --host <HOST> shows how many go, then: valops ssh harden --host <HOST>',
    fix: 'ssh',
    needs: { groups: sshModuli },
    evaluate: ({ groups }, { ssh }) => {
      const subject = '/etc/ssh/moduli';
      if (groups === null) return [{ status: 'skip', subject, evidence: 'there is no such file' }];
      const { count, smallest } = groups;
      return [
        {
          status: smallest !== null && smallest < ssh.moduliBits ? 'fail' : 'pass',
          subject,
          expected: `${ssh.moduliBits} bits or more`,
          actual: smallest === null ? 'no group' : `${count} groups, the smallest of ${smallest} bits`,
          file: subject,
        },
      ];
    },
  }),
);
