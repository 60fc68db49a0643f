/**
 * Kills a child that leads its own process group, with everything it started, and sees to it
 * that the group does not outlive this process. Answers `kill`, and `release` for when it ended.
 */
export function guardGroup(pid: number): { readonly kill: () => void; readonly release: () => void } {
  function kill(): void {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ESRCH: the whole group is gone.
    }
  }
  process.on('exit', kill);
  return {
    kill,
    release() {
      process.off('exit', kill);
    },
  };
}
