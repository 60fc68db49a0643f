import type { Question } from '../../core/fact.ts';
import { type ListedFile, listFunctions, readListedFiles } from '../listed-files.ts';
import { mountsAsArguments, withoutContainers } from '../local-mounts.ts';

/**
 * Files that run as their owner or group: setuid and setgid, on every file system of this machine
 * where these bits count. File systems of containers are left out: only root reaches them.
 */
export const filesystemSetuid: Question<readonly ListedFile[]> = {
  id: 'filesystem.setuid',
  family: 'filesystem',
  title: 'setuid and setgid files, and the packages they are of',
  script: () => `${listFunctions}${mountsAsArguments('suid')}
walk 32768 "$@" -xdev ${withoutContainers} -type f -perm /6000 | with_packages all`,
  privileged: true,
  timeout: 60,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    return readListedFiles(stdout).files;
  },
};
