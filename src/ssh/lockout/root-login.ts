import { keysOf } from './keys-in-use.ts';
import type { LockoutRule } from './rule.ts';

/** PermitRootLogin against a login as root. The proof of a change is this login made again, so it must survive. */
export const rootLogin: LockoutRule = {
  id: 'LOCKOUT_ROOT_LOGIN',
  title: 'root could no longer log in, and this login is root',
  judge({ state, after }) {
    const value = after['permitrootlogin']?.[0];
    if (state.session.login?.uid !== 0 || state.login.from === undefined) return null;
    if (value === 'yes' || value === 'without-password' || value === 'prohibit-password') return null;
    const other = (state.sudo ?? []).find(
      ({ user, root }) => root === 'without-password' && keysOf(user, state).length > 0,
    );
    return {
      message: `PermitRootLogin would be "${value ?? 'unknown'}", and this login is root`,
      hint:
        other === undefined
          ? 'Make a user with a key and sudo first, or keep it in valops.yaml: ssh.override.PermitRootLogin: prohibit-password'
          : `Log in as "${other.user}", who has a key and sudo: --host ${other.user}@ADDRESS`,
    };
  },
};
