import { sshFiles } from '../../../facts/ssh/files.ts';
import { settledMode } from '../../../ssh/modes.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

const want = 'root:root, 0600 or less';

export const configModes = forSshd(
  defineCheck({
    id: 'ssh.config-modes',
    title: 'only root reads and writes the configuration of sshd',
    why: 'Whoever can write these files lets themselves in at the next reload; whoever reads them knows which way is worth trying.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: { want, source: 'CIS Ubuntu 24.04 5.1.1' },
      'cis-l1': { want, source: 'CIS Ubuntu 24.04 5.1.1' },
      'ssh-audit': { want, source: 'CIS Ubuntu 24.04 5.1.1' },
    },
    remediation: 'chown root:root <FILE> && chmod u-x,go-rwx <FILE>, or: valops ssh harden --host <HOST>',
    fix: 'ssh',
    needs: { files: sshFiles },
    evaluate: ({ files: { files } }) =>
      files.map(({ path, mode, owner, group }) => ({
        status: mode === settledMode(mode) && owner === 'root' && group === 'root' ? 'pass' : 'fail',
        subject: path,
        expected: want,
        actual: `${owner}:${group} ${mode}`,
        file: path,
      })),
  }),
);
