import { spawnSync } from 'node:child_process';

/** Words in front of a command that is to run without any network interface up. */
export const offlinePrefix: readonly string[] = ['unshare', '--user', '--map-root-user', '--net', '--'];

/** Whether this kernel lets a test make a network namespace of its own. */
export const canGoOffline: boolean = (() => {
  const [file = '', ...rest] = offlinePrefix;
  return spawnSync(file, [...rest, 'true'], { stdio: 'ignore' }).status === 0;
})();
