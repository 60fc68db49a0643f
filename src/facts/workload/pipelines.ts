import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts, refuseMissingTool } from '../parts.ts';
import { foreignTrees } from './repositories.ts';

/** One line of a file, without blanks around it; at most 200 characters of it. */
export interface FileLine {
  readonly line: number;
  readonly text: string;
}

/** What builds a program: one workflow of GitHub Actions, or one Dockerfile. */
export interface Pipeline {
  readonly path: string;
  /** Of a workflow or action: `uses` and `permissions`, with their value; of a Dockerfile: `FROM`, and `ARG` with an image. */
  readonly lines: readonly FileLine[];
}

/** The pipelines in declared work trees. */
export interface Pipelines {
  /** Work trees that are not there. */
  readonly absent: readonly string[];
  /** `.github/workflows/*.yml`. */
  readonly workflows: readonly Pipeline[];
  /** `action.yml` below `.github`. */
  readonly actions: readonly Pipeline[];
  readonly dockerfiles: readonly Pipeline[];
}

const mostFiles = 500;

/** Reads which programs of others a build runs. Lines that could hold a secret stay on the host. */
export function workloadPipelinesOf(places: readonly string[]): Question<Pipelines> {
  return {
    id: 'workload.pipelines',
    family: 'workload',
    title: 'workflows and Dockerfiles in declared work trees: what they run of others',
    script: () => `${partFunctions}
[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
set --
${places
  .map((place) => {
    const word = shellQuote(place);
    return `if [ -d ${word} ]; then set -- "$@" ${word}; else part ${shellQuote(`absent ${place}`)} true; fi\n`;
  })
  .join(
    '',
  )}files() { [ $# = 0 ] || /usr/bin/find -H "$@" -xdev \\( ${foreignTrees} \\) -prune -o -type f -size -257k \\( \\
  -path '*/.github/*' \\( -name '*.yml' -o -name '*.yaml' \\) -o -name 'Dockerfile*' -o -name '*.Dockerfile' -o -name 'Containerfile*' \\) -print0 |
  tr '\\001\\n\\0' '\\002\\002\\n' | LC_ALL=C sort | head -n ${mostFiles + 1}; }
found=$(files "$@")
part files printf '%s\\n' "$found"
one=$(printf '\\001')
lines() { printf '%s\\n' "$found" | grep -E "$1" | tr '\\n' '\\0' | xargs -0 -r grep -HnsaZE -e "$2" -- | tr '\\0' '\\001' | cut -c 1-1000; }
before='[[:space:]]*(-[[:space:]]+)?([{][^#]*[{, ])?["'"'"']?'
keys='(uses|permissions)["'"'"']?[[:space:]]*:'
workflows() {
  lines '/\\.github/' "^$before$keys" |
    sed -E "s/^([^\${one}]*\${one}[0-9]+:)$before(\${keys}[[:space:]]*[\\"']?[^[:space:]\\"',}]*).*/\\\\1\\\\4/"
}
part workflows workflows
part dockerfiles lines '/[^/]*(Dockerfile|Containerfile)[^/]*$' '^[[:space:]]*([Ff][Rr][Oo][Mm]|[Aa][Rr][Gg][[:space:]]+[A-Za-z0-9_]+=[^[:space:]]*[/:@])'
echo '=end 0'`,
    privileged: true,
    timeout: 15,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      const files = partOf(parts, 'files').text.split('\n').filter(Boolean);
      if (files.some((path) => path.includes('\u0002'))) throw new Error('a file has a line break in its name');
      if (files.length > mostFiles) throw new Error(`more than ${mostFiles} workflows and Dockerfiles: not looked at`);
      const lines = `${partOf(parts, 'workflows').text}\n${partOf(parts, 'dockerfiles').text}`
        .split('\n')
        .map(readLine);
      const of = (pattern: RegExp): readonly Pipeline[] =>
        files
          .filter((path) => pattern.test(path))
          .map((path) => ({
            path,
            lines: lines.flatMap((one) => (one?.path === path ? [{ line: one.line, text: one.text }] : [])),
          }));
      return {
        absent: [...parts.keys()].flatMap((name) => (name.startsWith('absent ') ? [name.slice('absent '.length)] : [])),
        workflows: of(/\/\.github\/workflows\/[^/]+$/),
        actions: of(/\/\.github\/.*\/action\.ya?ml$/),
        dockerfiles: of(/\/[^/]*(Dockerfile|Containerfile)[^/]*$/),
      };
    },
  };
}

function readLine(given: string): (FileLine & { readonly path: string }) | undefined {
  const [path = '', rest = ''] = given.split('\u0001');
  const [, line, text = ''] = /^(\d+):(.*)$/.exec(rest) ?? [];
  return line === undefined ? undefined : { path, line: Number(line), text: text.trim().slice(0, 200) };
}

/** Of no work tree: what `valops facts` asks. */
export const workloadPipelines = workloadPipelinesOf([]);
