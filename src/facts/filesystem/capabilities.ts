import type { Question } from '../../core/fact.ts';
import { type ListedFile, listFunctions, readListedFiles } from '../listed-files.ts';
import { mountsAsArguments, withoutContainers } from '../local-mounts.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface CapableFile extends ListedFile {
  /** As getcap prints them, for example `cap_net_raw=ep`. */
  readonly capabilities: string;
}

/** Programs that get capabilities when they are run (capabilities(7), "File capabilities"). */
export const filesystemCapabilities: Question<readonly CapableFile[]> = {
  id: 'filesystem.capabilities',
  family: 'filesystem',
  title: 'programs with file capabilities, and the packages they are of',
  script: () => `${partFunctions}${listFunctions}
command -v getcap >/dev/null || { echo 'getcap is not installed: apt-get install libcap2-bin' >&2; exit 127; }
${mountsAsArguments('suid')}
capable() {
  /usr/bin/find "$@" -xdev ${withoutContainers} -type f -perm /111 -print0 2>/dev/null | xargs -0 -r getcap 2>/dev/null
}
files() {
  set --
  while IFS= read -r line; do
    path=$(printf '%s\\n' "$line" | sed 's/ \\(= \\)\\{0,1\\}[a-z0-9_,]*[=+][a-z0-9_,=+ -]*$//')
    [ ! -f "$path" ] || set -- "$@" "$path"
  done <<CAPABLE
$capable
CAPABLE
  [ $# = 0 ] || walk 32768 "$@" -maxdepth 0 | with_packages all
}
capable=$(capable "$@")
part capabilities printf '%s\\n' "$capable"
part files files`,
  privileged: true,
  timeout: 60,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const parts = readParts(stdout);
    const lines = partOf(parts, 'capabilities').text.split('\n').filter(Boolean);
    const listed = partOf(parts, 'files').text;
    const files = listed === '' ? [] : readListedFiles(listed).files;
    return lines
      .map((line) => {
        const [, path = '', capabilities = ''] = /^(\/.*?) (?:= )?([a-z0-9_,]*[=+][a-z0-9_,=+ -]*)$/.exec(line) ?? [];
        const file = files.find((one) => one.path === path);
        if (file === undefined)
          throw new Error(`getcap printed what cannot be read: ${JSON.stringify(line.slice(0, 200))}`);
        return { ...file, capabilities };
      })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  },
};
