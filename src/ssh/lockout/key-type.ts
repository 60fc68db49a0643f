import { keysInUse } from './keys-in-use.ts';
import type { LockoutRule } from './rule.ts';

/** PubkeyAcceptedAlgorithms and RequiredRSASize against the key of this login. */
export const keyType: LockoutRule = {
  id: 'LOCKOUT_KEY_TYPE',
  title: 'the key of this login is of a type or size that would no longer be accepted',
  judge({ state, after }) {
    const keys = keysInUse(state);
    if (keys === null || keys.length === 0) return null;
    const accepted = after['pubkeyacceptedalgorithms'] ?? after['pubkeyacceptedkeytypes'];
    if (accepted === undefined) return { message: 'it is not known which keys sshd accepts', hint: 'Look at: sshd -T' };
    const names = accepted.flatMap((value) => value.split(','));
    const least = Number(after['requiredrsasize']?.[0] ?? 0);
    const fits = keys.some(({ key }) => {
      if (key.type !== 'ssh-rsa') return names.includes(key.type);
      // one blob of type ssh-rsa signs by any of these (RFC 8332)
      const signs = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'].some((name) => names.includes(name));
      return signs && key.bits !== null && key.bits >= least;
    });
    if (fits) return null;
    const [first] = keys;
    const size = first?.key.bits === null ? '' : ` of ${first?.key.bits} bits`;
    return {
      message: `the key of "${state.login.user}" is ${first?.key.type ?? 'unknown'}${size}, which would not be accepted any more`,
      hint: 'Replace it first: ssh-keygen -t ed25519, then valops ssh keys rotate --new-key FILE',
    };
  },
};
