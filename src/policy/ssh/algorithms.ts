import type { SshSetting } from './setting.ts';

const audit = 'ssh-audit hardening policies (2025-09)';

const keyExchange = [
  'mlkem768x25519-sha256',
  'sntrup761x25519-sha512',
  'sntrup761x25519-sha512@openssh.com',
  // OpenSSH 10 policies leave it out; without it neither valops' own transport nor older clients connect
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group-exchange-sha256',
];

const certificates = [
  'sk-ssh-ed25519-cert-v01@openssh.com',
  'ssh-ed25519-cert-v01@openssh.com',
  'rsa-sha2-512-cert-v01@openssh.com',
  'rsa-sha2-256-cert-v01@openssh.com',
];

const plainKeys = ['sk-ssh-ed25519@openssh.com', 'ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'];

/**
 * Algorithms without a known weakness. Each list is cut to what the host's OpenSSH knows, so that
 * one list serves every version. Kept against the policies for OpenSSH 10: `curve25519-sha256`.
 */
export const algorithms: readonly SshSetting[] = [
  {
    directive: 'KexAlgorithms',
    wanted: { kind: 'names', names: keyExchange },
    reason: 'no NIST curves, no SHA-1, post-quantum first; curve25519 stays for clients without it',
    sources: [audit, 'CIS Ubuntu 24.04 5.1.12'],
  },
  {
    directive: 'Ciphers',
    wanted: {
      kind: 'names',
      names: [
        'chacha20-poly1305@openssh.com',
        'aes256-gcm@openssh.com',
        'aes256-ctr',
        'aes192-ctr',
        'aes128-gcm@openssh.com',
        'aes128-ctr',
      ],
    },
    reason: 'no CBC, no 64-bit blocks',
    sources: [audit, 'CIS Ubuntu 24.04 5.1.6'],
  },
  {
    directive: 'MACs',
    wanted: {
      kind: 'names',
      names: ['hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256-etm@openssh.com', 'umac-128-etm@openssh.com'],
    },
    reason: 'encrypt-then-MAC only, tags of 128 bits at least',
    sources: [audit, 'CIS Ubuntu 24.04 5.1.15'],
  },
  {
    directive: 'HostKeyAlgorithms',
    wanted: { kind: 'names', names: [...certificates, ...plainKeys] },
    reason: 'no SHA-1, no NIST curves',
    sources: [audit],
  },
  {
    directive: 'CASignatureAlgorithms',
    wanted: { kind: 'names', names: plainKeys },
    reason: 'certificates are signed as strongly as keys sign',
    sources: [audit],
    since: [7, 9],
  },
  {
    directive: 'RequiredRSASize',
    wanted: { kind: 'number', write: 3072, least: 3072, most: 16_384 },
    reason: 'smaller RSA keys are below 128 bits of strength',
    sources: [audit, 'NIST SP 800-57'],
    since: [9, 1],
  },
];

/** Signatures by which users may log in: the same, and hardware keys on NIST curves where `hardware`. */
export function userKeyAlgorithms(hardware: boolean): SshSetting {
  const fido = ['sk-ecdsa-sha2-nistp256-cert-v01@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'];
  return {
    directive: 'PubkeyAcceptedAlgorithms',
    wanted: { kind: 'names', names: [...certificates, ...plainKeys, ...(hardware ? fido : [])] },
    reason: hardware ? 'no SHA-1, no NIST curves but in security keys that know no other' : 'no SHA-1, no NIST curves',
    sources: [audit],
    since: [8, 5],
  };
}
