import type { HostKey } from '../../../facts/ssh/host-keys.ts';
import { sshHostKeys } from '../../../facts/ssh/host-keys.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { forSshd } from '../../ssh-check.ts';

const source = 'ssh-audit hardening policies (2025-09)';

export const hostKeys = forSshd(
  defineCheck({
    id: 'ssh.host-keys',
    title: 'host keys are there and strong',
    why: 'The host key is the only proof that operators talk to their own validator, and not to somebody who takes their keys.',
    severity: 'medium',
    cadence: 'monthly',
    expectations: {
      validator: { want: 'no DSA, RSA of 3072 bits or more', source },
      'cis-l1': { want: 'no DSA, RSA of 2048 bits or more', source: 'NIST SP 800-131A' },
      'ssh-audit': { want: 'no DSA, RSA of 3072 bits or more', source },
    },
    remediation:
      'valops ssh plan --host <HOST> shows the new keys; pin them in valops.yaml and known_hosts afterwards.',
    fix: 'ssh',
    needs: { keys: sshHostKeys },
    evaluate: ({ keys }, { ssh }, { name }) => {
      if (keys.length === 0) return [{ status: 'fail', subject: name, expected: 'a host key', actual: 'none' }];
      return keys.map((key) => judge(key, ssh.rsaBits));
    },
  }),
);

function judge({ path, file, type, bits, fingerprint }: HostKey, least: number): Judgement {
  const common = { subject: path, file: path, expected: `no DSA, RSA of ${least} bits or more` };
  if (file === null) {
    // sshd looks for keys of every type by default and does without those that are missing
    return path.endsWith('ed25519_key')
      ? { ...common, status: 'fail', actual: 'no file' }
      : { ...common, status: 'skip', evidence: 'no file: sshd does without' };
  }
  if (type === null || bits === null) return { ...common, status: 'unknown', evidence: 'ssh-keygen could not read it' };
  const weak = type === 'DSA' || (type === 'RSA' && bits < least);
  return { ...common, status: weak ? 'fail' : 'pass', actual: `${type} ${bits} bits ${fingerprint ?? ''}`.trim() };
}
