import type { LockoutRule } from './rule.ts';

/** PubkeyAuthentication and AuthenticationMethods: a key alone must do, as that is all we have. */
export const authenticationMethods: LockoutRule = {
  id: 'LOCKOUT_AUTH_METHODS',
  title: 'a key alone would not be enough to log in',
  judge({ after }) {
    const hint = 'Let a key alone be enough for this login, by ssh.override or by a Match block for it.';
    if ((after['pubkeyauthentication']?.[0] ?? 'yes') !== 'yes') {
      return { message: 'PubkeyAuthentication would be off', hint };
    }
    const lists = (after['authenticationmethods'] ?? ['any']).flatMap((value) => value.split(' '));
    if (lists.some((list) => list === 'any' || list === 'publickey')) return null;
    return { message: `AuthenticationMethods would be "${lists.join(' ')}"`, hint };
  },
};
