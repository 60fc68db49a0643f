import { hasOtherKeySources, keysInUse, keysOf } from './keys-in-use.ts';
import type { LockoutRule } from './rule.ts';

/**
 * The key this login was made with must be found among the authorised ones; on this machine itself,
 * some key must let somebody in who can become root.
 */
export const noKey: LockoutRule = {
  id: 'LOCKOUT_NO_KEY',
  title: 'no authorised key is known by which this login could come again',
  judge({ state, after }) {
    const { login } = state;
    const keys = keysInUse(state);
    if (keys === null) {
      return {
        message: `the key this login as "${login.user}" was made with is not known`,
        hint: 'Name it with --ssh-key FILE.',
      };
    }
    if (keys.length > 0 || hasOtherKeySources(after)) return null;
    if (login.from === undefined) {
      const others = (state.sudo ?? []).filter(({ user, root }) => root !== 'no' && keysOf(user, state).length > 0);
      if (others.length > 0) return null;
      const message = `"${login.user}" has no authorised key, nor has anybody who can become root`;
      return { message, hint: `Add one first: ssh-copy-id ${login.user}@HOST` };
    }
    return {
      message: `the key of this login (${login.keyFingerprint ?? ''}) is not among the authorised keys of "${login.user}"`,
      hint: 'See who is authorised: valops ssh keys list',
    };
  },
};
