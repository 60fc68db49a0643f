import { accountsHomes } from '../../../facts/accounts/homes.ts';
import { defineCheck } from '../../check.ts';

export const homeModes = defineCheck({
  id: 'accounts.home-modes',
  title: 'homes are of their users, and nobody else may write there',
  why: 'Whoever may write to a home adds a key or a start-up file and is that user; from an operator it is one sudo to root.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'owned by the user, not writable by others', source: 'sshd_config(5), StrictModes' },
    'cis-l1': { want: '0750 or less, owned by the user', source: 'CIS Ubuntu 24.04 7.2.9' },
  },
  remediation: 'chown <USER> <HOME> && chmod go-w <HOME>',
  needs: { homes: accountsHomes },
  evaluate: ({ homes }, { profile }, { name: host }) => {
    const judged = homes.flatMap(({ user, directory }) => {
      if (directory === null) return [];
      const { path, mode, owner } = directory;
      const forbidden = profile === 'cis-l1' ? 0o027 : 0o022;
      const good = (owner === user || owner === 'root') && (Number.parseInt(mode, 8) & forbidden) === 0;
      return [
        {
          status: good ? ('pass' as const) : ('fail' as const),
          subject: path,
          expected: `owner ${user}, ${profile === 'cis-l1' ? '0750 or less' : 'not writable by others'}`,
          actual: `${mode} ${owner}`,
          file: path,
        },
      ];
    });
    return judged.length > 0
      ? judged
      : [{ status: 'skip', subject: host, evidence: 'nobody who can log in has a home' }];
  },
});
