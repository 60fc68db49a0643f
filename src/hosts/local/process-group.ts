/** Registers what must run when a signal ends this process, the last first; answers how to take it back. */
export type RegisterEnd = (end: () => void) => () => void;

/**
 * Kills a child that leads its own process group, with everything it started, and sees to it
 * that the group does not outlive this process: on a signal it ends before what was made for it (its
 * directory, say) is destroyed. Answers `kill`, and `release` for when it ended.
 */
export function guardGroup(
  pid: number,
  register: RegisterEnd,
): { readonly kill: () => void; readonly release: () => void } {
  function kill(): void {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ESRCH: the whole group is gone.
    }
  }
  const unregister = register(kill);
  process.on('exit', kill);
  return {
    kill,
    release() {
      unregister();
      process.off('exit', kill);
    },
  };
}
