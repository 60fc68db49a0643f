import type { Question } from '../../core/fact.ts';

/**
 * Paths of files that may be executed in directories everybody may write to, sorted; at most 200, and
 * five directories deep.
 */
export const filesystemTemporaryPrograms: Question<readonly string[]> = {
  id: 'filesystem.temporary-programs',
  family: 'filesystem',
  title: 'programs in /tmp, /var/tmp, /dev/shm and /run/lock',
  script: () => `[ -x /usr/bin/find ] || { echo 'find is missing' >&2; exit 127; }
/usr/bin/find /tmp /var/tmp /dev/shm /run/lock -xdev -maxdepth 5 -type f -perm /111 -size +0 -print0 2>/dev/null |
  tr '\\n\\000' '\\001\\n' | head -n 200
echo end`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end') throw new Error('the list of files is not whole');
    return lines.map((path) => path.replaceAll('\u0001', '\n')).toSorted();
  },
};
