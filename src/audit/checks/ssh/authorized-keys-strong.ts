import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import { listSshKeys } from '../../../ssh/keys-listed.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';
import { untoldKeys } from '../../untold-keys.ts';
import type { Judgement } from '../../finding.ts';

const strong = {
  want: 'no DSA, no RSA below 3072 bits, no NIST curves',
  source: 'ssh-audit hardening policies (2025-09)',
};

export const authorizedKeysStrong = forSshd(
  defineCheck({
    id: 'ssh.authorized-keys-strong',
    title: 'every authorised key is of a strong type',
    why: 'The weakest key in any authorized_keys file is what a thief has to break, however strong the others are.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: strong,
      'cis-l1': { want: 'no DSA, no RSA below 2048 bits', source: 'NIST SP 800-131A' },
      'ssh-audit': strong,
    },
    remediation:
      'Have its owner make a new one: ssh-keygen -t ed25519; replace it: valops ssh keys rotate --host <HOST> --new-key <FILE>',
    needs: { files: sshAuthorizedKeys },
    evaluate: ({ files }, { ssh }, snapshot) => {
      const untold = untoldKeys(files);
      const keys = listSshKeys(ssh, snapshot);
      if (keys.length + untold.length === 0)
        return [{ status: 'skip', subject: snapshot.name, evidence: 'no user who can log in has an authorised key' }];
      const judged = keys.map(({ user, path, line, type, bits, fingerprint, comment, weak }): Judgement => ({
        status: weak.length > 0 ? 'fail' : 'pass',
        subject: `${user} ${fingerprint}`,
        expected: 'a strong type',
        actual: weak.length > 0 ? weak.join('; ') : `${type}${bits === null ? '' : ` ${bits} bits`}`,
        file: `${path}:${line}`,
        ...(comment === '' ? {} : { evidence: `its comment: ${comment}` }),
      }));
      return [...untold, ...judged];
    },
  }),
);
