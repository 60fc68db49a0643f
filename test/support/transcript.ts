/** One scenario as it is written down; the format is described in test/cli/transcripts/FORMAT.md. */
export interface Transcript {
  /** The first comment: what the scenario shows, as a sentence. */
  readonly title: string;
  /** Programs without which it cannot run. */
  readonly needs: readonly string[];
  readonly steps: readonly Step[];
  /** Files to be there before it begins. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export type Step = CommandStep | CheckStep;

export interface CommandStep {
  readonly kind: 'command';
  readonly line: number;
  /** As written after the `$`. */
  readonly text: string;
  readonly status: number;
  /** Expected lines of standard output and standard error. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** `json PATH VALUE` lines: members of the one document on standard output. */
  readonly json: readonly { readonly path: string; readonly value: string }[];
}

export interface CheckStep {
  readonly kind: 'check';
  readonly line: number;
  readonly verb: Verb;
  readonly words: string;
}

const verbs = ['exists', 'absent', 'mode', 'same', 'differ', 'list', 'contains', 'lacks', 'umask'] as const;
export type Verb = (typeof verbs)[number];

/** Reads a scenario. Throws for a line that has no meaning, naming it. */
export function parseTranscript(text: string, name: string): Transcript {
  const [script = '', ...sections] = text.split(/^-- (.+) --\n/m);
  const lines = script.split('\n');
  const comments = lines.filter((line) => line.startsWith('#')).map((line) => line.replace(/^#\s*/, ''));
  const needs = comments.find((line) => line.startsWith('needs: '))?.slice('needs: '.length) ?? '';
  const steps: Step[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    addLine(steps, line, index + 1, name);
  }
  return {
    title: comments[0] ?? name,
    needs: needs.split(/,\s*/).filter((program) => program !== ''),
    steps,
    files: Array.from({ length: sections.length / 2 }, (_, at) => ({
      path: sections[2 * at] ?? '',
      text: sections[2 * at + 1] ?? '',
    })),
  };
}

function addLine(steps: Step[], line: string, number: number, name: string): void {
  if (line.startsWith('$ ')) {
    steps.push({ kind: 'command', line: number, text: line.slice(2), status: 0, stdout: [], stderr: [], json: [] });
    return;
  }
  const [word = '', rest] = [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)];
  const verb = verbs.find((known) => known === word);
  if (verb !== undefined) {
    steps.push({ kind: 'check', line: number, verb, words: rest });
    return;
  }
  const command = steps.at(-1);
  if (command?.kind !== 'command') throw new Error(`${name}:${number}: nothing to expect "${line}" of`);
  steps[steps.length - 1] = expectLine(command, word, line === word ? '' : rest, `${name}:${number}`);
}

function expectLine(command: CommandStep, word: string, rest: string, where: string): CommandStep {
  switch (word) {
    case '=':
      return { ...command, status: Number(rest) };
    case '1>':
      return { ...command, stdout: [...command.stdout, rest] };
    case '2>':
      return { ...command, stderr: [...command.stderr, rest] };
    case 'json': {
      const [path = ''] = rest.split(' ', 1);
      return { ...command, json: [...command.json, { path, value: rest.slice(path.length + 1) }] };
    }
    default:
      throw new Error(`${where}: unknown line "${word}"`);
  }
}
