import { sshEffective } from '../../../facts/ssh/effective.ts';
import { sshFiles } from '../../../facts/ssh/files.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'sshd -T takes it', source: 'sshd(8)' };

export const configValid = forSshd(
  defineCheck({
    id: 'ssh.config-valid',
    title: 'sshd understands its own configuration',
    why: 'The sshd that runs goes on with the old one; the next reload or reboot finds out, and nobody gets in any more.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'See what it says, and mend that line before anything restarts it: sshd -t',
    needs: {},
    maybe: { effective: sshEffective, files: sshFiles },
    evaluate: ({ effective, files }, _policy, { name }) => {
      const subject = files.known ? files.value.main : 'sshd';
      if (effective.known)
        return [
          { status: 'pass', subject, expected: want.want, actual: `${Object.keys(effective.value).length} settings` },
        ];
      const said = /^sshd -T ended with \d+: (.*)$/s.exec(effective.reason)?.[1];
      // killed, cut off, no root: that is no word of sshd
      if (said === undefined || !/(line \d+|bad configuration|unsupported|no hostkeys available)/i.test(said))
        return [{ status: 'unknown', subject: name, evidence: `${sshEffective.id}: ${effective.reason}` }];
      const line = /(\/\S+)(?:: | )line (\d+)/.exec(said);
      return [
        {
          status: 'fail',
          subject,
          expected: want.want,
          actual: said,
          ...(line === null ? {} : { file: `${line[1] ?? ''}:${line[2] ?? ''}` }),
        },
      ];
    },
  }),
);
