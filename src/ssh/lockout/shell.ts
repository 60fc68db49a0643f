import type { LockoutRule } from './rule.ts';

/** What would let us in and leave us without a shell, or without the files a shell needs. */
export const shell: LockoutRule = {
  id: 'LOCKOUT_NO_SHELL',
  title: 'a login would lead to no shell',
  judge({ after }) {
    const hint = 'Take it out of ssh.override in valops.yaml, or use a Match block for the users it is meant for.';
    const command = after['forcecommand']?.[0] ?? 'none';
    if (command !== 'none') return { message: `ForceCommand would be "${command}"`, hint };
    const root = after['chrootdirectory']?.[0] ?? 'none';
    if (root !== 'none') return { message: `ChrootDirectory would be "${root}"`, hint };
    if (after['maxsessions']?.[0] === '0') return { message: 'MaxSessions would be 0', hint };
    return null;
  },
};
