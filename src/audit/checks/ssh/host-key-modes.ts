import { sshHostKeys } from '../../../facts/ssh/host-keys.ts';
import type { FileMetadata } from '../../../facts/file-metadata.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { forSshd } from '../../ssh-check.ts';

const want = 'private keys root:root 0600 or less, public ones 0644 or less';

export const hostKeyModes = forSshd(
  defineCheck({
    id: 'ssh.host-key-modes',
    title: 'only root reads the private host keys',
    why: 'With the host key somebody else can be this host towards the operators, and sshd itself stops using a key that others can read.',
    severity: 'high',
    cadence: 'weekly',
    expectations: {
      validator: { want, source: 'CIS Ubuntu 24.04 5.1.2, 5.1.3' },
      'cis-l1': { want, source: 'CIS Ubuntu 24.04 5.1.2, 5.1.3' },
      'ssh-audit': { want, source: 'CIS Ubuntu 24.04 5.1.2, 5.1.3' },
    },
    remediation: 'chown root:root <FILE> && chmod 0600 <FILE>; if others could read it, make the key anew.',
    fix: 'ssh',
    needs: { keys: sshHostKeys },
    evaluate: ({ keys }, _policy, { name }) => {
      const judged = keys.flatMap(({ path, file, publicFile }) => [
        ...judge(path, file, 0o600),
        ...judge(`${path}.pub`, publicFile, 0o644),
      ]);
      return judged.length > 0 ? judged : [{ status: 'skip', subject: name, evidence: 'sshd has no host key' }];
    },
  }),
);

function judge(path: string, file: FileMetadata | null, most: number): readonly Judgement[] {
  if (file === null) return [];
  const { mode, owner, group } = file;
  const within = (Number.parseInt(mode, 8) & ~most) === 0 && owner === 'root' && group === 'root';
  const expected = `root:root, 0${most.toString(8)} or less`;
  return [
    { status: within ? 'pass' : 'fail', subject: path, expected, actual: `${owner}:${group} ${mode}`, file: path },
  ];
}
