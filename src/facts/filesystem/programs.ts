import type { Question } from '../../core/fact.ts';
import { type WeakComponent } from '../root-only.ts';

const trees = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/libexec',
  '/usr/local',
  '/usr/games',
  '/bin',
  '/sbin',
  '/lib',
  '/opt',
  '/boot',
];

/**
 * Programs, libraries and boot files that are not root's alone: of another owner, or writable by a
 * group or by all. Links are not looked at. By path, at most 300.
 */
export const filesystemPrograms: Question<readonly WeakComponent[]> = {
  id: 'filesystem.programs',
  family: 'filesystem',
  title: 'programs and libraries that somebody else than root may change',
  script: () => `[ -x /usr/bin/find ] || { echo 'find is missing' >&2; exit 127; }
set --
for tree in ${trees.join(' ')}; do [ ! -d "$tree" ] || [ -L "$tree" ] || set -- "$@" "$tree"; done
/usr/bin/find "$@" -xdev ! -type l \\( ! -user root -o -perm -0002 -o -perm -0020 ! -group root \\) \\
  -printf '%m %u %g %p\\0' 2>/dev/null | tr '\\n\\000' '\\001\\n' | head -n 300
echo end`,
  privileged: false,
  timeout: 20,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end') throw new Error('the list of files is not whole');
    return lines
      .map((line) => {
        const [, mode = '', owner = '', group = '', path] = /^(\d+) (\S+) (\S+) (.*)$/.exec(line) ?? [];
        if (path === undefined)
          throw new Error(`find printed what cannot be read: ${JSON.stringify(line.slice(0, 200))}`);
        return { path: path.replaceAll('\u0001', '\n'), mode: mode.padStart(4, '0'), owner, group };
      })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  },
};
