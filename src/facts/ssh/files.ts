import type { Question } from '../../core/fact.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { daemonFunctions, refuseUnlessDone } from '../ssh-daemon.ts';
import { readSshdConfig, type SshdDirective } from '../sshd-config.ts';

export interface SshdFile extends FileMetadata {
  readonly path: string;
  readonly text: string;
}

export interface SshdFiles {
  /** The file sshd begins with. */
  readonly main: string;
  /** Every file it reads, each once, in the order of first reading. */
  readonly files: readonly SshdFile[];
  /** Every directive in reading order; `decidingDirective` tells which one counts. */
  readonly directives: readonly SshdDirective[];
}

/**
 * The files sshd is configured by. Patterns of Include are relative to /etc/ssh and expand in byte
 * order; those that hold a quoted blank are not followed, and the fact is then unknown.
 */
export const sshFiles: Question<SshdFiles> = {
  id: 'ssh.files',
  family: 'ssh',
  title: 'files sshd is configured by, and which line sets what',
  script: () => `${daemonFunctions}${partFunctions}
follow() {
  file "$1"
  sed -n 's/^[[:space:]]*"\\{0,1\\}[Ii][Nn][Cc][Ll][Uu][Dd][Ee]"\\{0,1\\}[[:space:]=][[:space:]]*=*[[:space:]]*//p' "$1" |
    tr -d '"' | while read -r patterns; do
      set -f
      for pattern in $patterns; do
        case $pattern in
          '#'*) break ;;
          /*) glob=$pattern ;;
          *) glob=/etc/ssh/$pattern ;;
        esac
        expand "$pattern" "$glob" "$2"
      done
    done
}
existing() {
  for path in $1; do [ ! -e "$path" ] || printf '%s\\n' "$path"; done
}
expand() {
  set +f
  IFS=
  part "include $1" existing "$2"
  for path in $2; do
    [ -e "$path" ] || continue
    case $3 in *"|$path|"*) ;; *) (unset IFS; follow "$path" "$3|$path|") ;; esac
  done
  unset IFS
  set -f
}
set -f
main=/etc/ssh/sshd_config
previous=
for option in $sshd_options; do
  case $option in -f?*) main=\${option#-f} ;; esac
  [ "$previous" != -f ] || main=$option
  previous=$option
done
set +f
part main echo "$main"
follow "$main" "|$main|"`,
  privileged: false,
  timeout: 10,
  parse: (answer) => {
    if (answer.exitCode === 127) refuseUnlessDone(answer);
    const parts = readParts(answer.stdout);
    const main = partOf(parts, 'main').text;
    const texts = new Map(
      [...parts].flatMap(([name, { status, exact }]) =>
        name.startsWith('text ') && status === 0 ? [[name.slice('text '.length), exact] as const] : [],
      ),
    );
    const directives = readSshdConfig(main, {
      text: (path) => texts.get(path),
      expand: (pattern) =>
        parts
          .get(`include ${pattern}`)
          ?.text.split('\n')
          .filter((path) => path !== ''),
    });
    const files = [...texts].map(([path, text]): SshdFile => {
      const metadata = readMetadata(parts, path);
      if (metadata === null) throw new Error(`"${path}" has no metadata`);
      return { path, ...metadata, text };
    });
    return { main, files, directives };
  },
};
