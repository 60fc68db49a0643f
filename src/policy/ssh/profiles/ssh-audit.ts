import { algorithms, userKeyAlgorithms } from '../algorithms.ts';
import { authentication, noPasswords } from '../authentication.ts';
import type { SshProfile, SshSetting } from '../setting.ts';

/** Against exhaustion by key exchanges (CVE-2002-20001), as the guides set it. */
const throttle: SshSetting = {
  directive: 'PerSourceMaxStartups',
  wanted: { kind: 'number', write: 1, least: 1, most: 1 },
  reason: 'one address cannot keep the processor busy with key exchanges',
  sources: ['ssh-audit hardening guides (2025-09), Ubuntu 24.04'],
  since: [8, 5],
};

/**
 * The algorithm lists of ssh-audit's policies, for each OpenSSH version what it knows of them.
 * Deviation: curve25519-sha256 stays with OpenSSH 10 too, or valops' own transport is shut out.
 */
export const sshAudit: SshProfile = {
  name: 'ssh-audit',
  title: "the algorithms of ssh-audit's policies, and keys only",
  settings: [...authentication, ...noPasswords, ...algorithms, userKeyAlgorithms(false), throttle],
  rsaBits: 3072,
  moduliBits: 3072,
  weakUserKeys: [
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'sk-ecdsa-sha2-nistp256@openssh.com',
  ],
};
