import { keysInUse } from './keys-in-use.ts';
import type { LockoutRule } from './rule.ts';

/** StrictModes (sshd_config(5)): file and directories belong to the user or root, and nobody else writes to them. */
export const keyFileModes: LockoutRule = {
  id: 'LOCKOUT_KEY_MODES',
  title: 'StrictModes would make sshd ignore the authorized_keys file of this login',
  judge({ state, after }) {
    if ((after['strictmodes']?.[0] ?? 'yes') === 'no') return null;
    const keys = keysInUse(state) ?? [];
    const wrong = keys.map(({ file }) =>
      [{ path: file.path, ...file.file }, ...file.directories].find(
        ({ mode, owner }) => (owner !== 'root' && owner !== file.user) || (Number.parseInt(mode, 8) & 0o022) !== 0,
      ),
    );
    const [first] = wrong;
    if (first === undefined || wrong.includes(undefined)) return null;
    return {
      message: `"${first.path}" has mode ${first.mode} and belongs to "${first.owner}": sshd would not read keys below it`,
      hint: `Put it right first: chmod go-w ${first.path}`,
    };
  },
};
