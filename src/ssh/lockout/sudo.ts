import type { LockoutRule } from './rule.ts';

/** Whoever logs in must be able to put things right: as root, or by sudo without a password. */
export const sudo: LockoutRule = {
  id: 'LOCKOUT_NO_SUDO',
  title: 'this login could not become root to put things right',
  judge({ state: { login, session, sudo: sudoers } }) {
    if (session.login?.uid === 0) return null;
    const own = sudoers?.find(({ user }) => user === login.user);
    if (own?.root === 'without-password' || (login.from === undefined && session.root !== 'no')) return null;
    return {
      message: `sudo gives "${login.user}" no root without a password`,
      hint: `Allow it first: echo '${login.user} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/${login.user}`,
    };
  },
};
