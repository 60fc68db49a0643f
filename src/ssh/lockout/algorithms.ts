import type { SshdSettings } from '../../facts/sshd-settings.ts';
import type { SshState } from '../state.ts';
import type { LockoutRule } from './rule.ts';

/** What valops' own transport (ssh2 1.17) offers; its lists are in lib/protocol/constants.js there. */
const own = {
  kexalgorithms: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
  ],
  ciphers: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  macs: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const;

/** Signatures by type of host key, as ssh-keygen names it. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  ED25519: ['ssh-ed25519'],
  RSA: ['rsa-sha2-512', 'rsa-sha2-256'],
  ECDSA: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
};

/** Every list must leave something that valops itself can speak, and a host key that it can check. */
export const algorithms: LockoutRule = {
  id: 'LOCKOUT_NO_COMMON_ALGORITHM',
  title: 'valops itself would have no algorithm in common with the host',
  judge({ state, after }) {
    const hint = 'Leave curve25519-sha256, aes256-gcm@openssh.com and ssh-ed25519 in the lists of ssh.override.';
    const missing = Object.entries(own).find(([keyword, names]) => {
      const offered = namesOf(after, keyword);
      const common = names.some((name) => offered.includes(name));
      // a cipher that authenticates by itself needs no MAC
      return !common && !(keyword === 'macs' && namesOf(after, 'ciphers').every((name) => /gcm|poly1305/.test(name)));
    });
    if (missing !== undefined) return { message: `${missing[0]} would hold nothing that valops can use`, hint };
    if (hasHostKey(state, after)) return null;
    return { message: 'no host key would be left that valops can check', hint };
  },
};

function hasHostKey({ hostKeys }: SshState, after: SshdSettings): boolean {
  const offered = namesOf(after, 'hostkeyalgorithms');
  const least = Number(after['requiredrsasize']?.[0] ?? 0);
  return hostKeys.some(({ type, file, bits, path }) => {
    // a missing ed25519 key is made by the same plan, and so is a small RSA key
    const made = file === null && path.endsWith('ed25519_key');
    const name = made ? 'ED25519' : (type ?? '');
    if (name === 'RSA' && least > 4096 && (bits ?? 0) < least) return false;
    return (signatures[name] ?? []).some((one) => offered.includes(one));
  });
}

function namesOf(settings: SshdSettings, keyword: string): readonly string[] {
  return (settings[keyword] ?? []).flatMap((value) => value.split(','));
}
