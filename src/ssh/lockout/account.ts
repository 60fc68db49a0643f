import type { LockoutRule } from './rule.ts';

/** The account itself: known, not expired as far as facts tell, and not locked where PAM does not decide. */
export const account: LockoutRule = {
  id: 'LOCKOUT_ACCOUNT',
  title: 'the account of this login is locked, or has no shell',
  judge({ state: { login, users }, after }) {
    const user = users.find(({ name }) => name === login.user);
    // not in passwd: from LDAP and the like, where only the canary can tell
    if (user === undefined) return null;
    if (!user.canLogIn) {
      return {
        message: `"${login.user}" has the shell "${user.shell}"`,
        hint: `Give it one: chsh -s /bin/bash ${login.user}`,
      };
    }
    if (user.password === 'locked' && (after['usepam']?.[0] ?? 'no') !== 'yes') {
      const message = `the password of "${login.user}" is locked, and without UsePAM sshd then takes no key`;
      return { message, hint: `Unlock it without a password: usermod -p '*' ${login.user}` };
    }
    return null;
  },
};
