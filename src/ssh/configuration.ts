import type { Change, Step } from '../core/change.ts';
import { additive } from '../policy/ssh/canonical.ts';
import type { SshdFile } from '../facts/ssh/files.ts';
import { renderDropIn } from './drop-in.ts';
import { whyReadTooLate } from './include-order.ts';
import type { Judged } from './judged.ts';
import type { MatchOverride } from './match-overrides.ts';
import { settledMode } from './modes.ts';
import { disabledMark, dropInDirectory, dropInPath, includeLine } from './own-files.ts';
import { reloadSsh, testStep } from './reload.ts';
import { changeSocket } from './socket.ts';
import { wantedPorts } from './ports.ts';
import type { SshState } from './state.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';

/**
 * The change that makes the effective configuration fit: our file, and of other files only what
 * would still win over it. Null when sshd does all that is wanted already.
 */
export function changeConfiguration(
  policy: SshPolicy,
  state: SshState,
  judged: readonly Judged[],
  overrides: readonly MatchOverride[],
): Change | null {
  const short = judged.filter(({ within, setting }) => !within && setting.wanted.kind !== 'any-of');
  const open = overrides.filter(({ answered }) => !answered);
  const socket = changeSocket(state.unit, wantedPorts(policy.port, state.login));
  if (short.length === 0 && open.length === 0 && socket === null) return null;

  const before = state.files.files.find(({ path }) => path === dropInPath);
  const edits = editFiles(state, short, judged);
  const reload = reloadSsh(state.unit, state.effective['pidfile']?.[0] ?? '/run/sshd.pid');
  const text = renderDropIn(policy.name, judged, overrides);
  const writes = [...edits.files, { path: dropInPath, text, previous: before }];
  return {
    id: 'ssh.configuration',
    summary: summaryOf(short.length, open.length, socket !== null),
    risk: 'access',
    diff: [
      ...short.map(describe),
      ...open.map(
        ({ directive, judged: { setting, write }, condition }) =>
          `~ ${setting.directive} ${directive.arguments.join(' ')} → ${write[0] ?? ''} for "Match ${condition}" (${directive.file} line ${directive.line})`,
      ),
      ...edits.lines,
      ...(socket?.lines ?? []),
      `${before === undefined ? '+' : '~'} ${dropInPath}`,
    ].join('\n'),
    do: [
      ...(edits.needsDirectory ? [makeDirectory] : []),
      ...writes.map(({ path, text: content, previous }) => write(path, content, previous)),
      testStep,
      ...(socket?.do ?? []),
      reload.do,
    ],
    undo: [
      ...writes.map(({ path, previous }): Step =>
        previous === undefined
          ? { step: 'remove', path }
          : { step: 'write', path, mode: previous.mode, content: previous.text },
      ),
      ...(socket?.undo ?? []),
      reload.undo,
    ],
  };
}

const makeDirectory: Step = { step: 'run', argv: ['mkdir', '-p', '-m', '0755', dropInDirectory] };

interface Edited {
  readonly path: string;
  readonly text: string;
  readonly previous: SshdFile;
}

/** Lines of other files which add to what is wanted, and an Include that comes too late or not at all. */
function editFiles(
  { files }: SshState,
  short: readonly Judged[],
  judged: readonly Judged[],
): { readonly files: readonly Edited[]; readonly lines: readonly string[]; readonly needsDirectory: boolean } {
  const keywords = new Set(
    short.map(({ setting }) => setting.directive.toLowerCase()).filter((one) => additive.has(one)),
  );
  const extra = files.directives.filter(
    ({ file, keyword, match }) => file !== dropInPath && match.length === 0 && keywords.has(keyword),
  );
  const relevant = new Set(
    judged.filter(({ write }) => write.length > 0).map(({ setting }) => setting.directive.toLowerCase()),
  );
  const late = whyReadTooLate(files, new Set([...relevant].filter((keyword) => !additive.has(keyword))));
  const edited = files.files.flatMap((previous): Edited[] => {
    const numbers = new Set(extra.filter(({ file }) => file === previous.path).map(({ line }) => line));
    const disabled = previous.text
      .split('\n')
      .map((line, index) => (numbers.has(index + 1) ? disabledMark + line : line))
      .join('\n');
    const text = previous.path === files.main && late !== null ? `${includeLine}\n${disabled}` : disabled;
    return text === previous.text ? [] : [{ path: previous.path, text, previous }];
  });
  const lines = [
    ...extra.map(
      ({ file, line, keyword, arguments: words }) => `- ${file} line ${line}: ${keyword} ${words.join(' ')}`,
    ),
    ...(late === null ? [] : [`+ ${files.main} line 1: ${includeLine}   (${late})`]),
  ];
  return { files: edited, lines, needsDirectory: late !== null };
}

function write(path: string, content: string, previous: SshdFile | undefined): Step {
  return { step: 'write', path, mode: previous === undefined ? '0600' : settledMode(previous.mode), content };
}

function describe({ setting, effective, origin, write: values }: Judged): string {
  const from = origin === null ? 'default' : `${origin.file} line ${origin.line}`;
  const why = `(${from}; ${setting.reason}; ${setting.sources.join(', ')})`;
  const text = values.join(' ');
  if (setting.wanted.kind !== 'names' || effective === null) {
    return `~ ${setting.directive} ${effective ?? '(not set)'} → ${text}   ${why}`;
  }
  const names = text.split(',');
  const gone = effective.split(',').filter((name) => !names.includes(name));
  return `~ ${setting.directive} without ${gone.join(', ')}   ${why}`;
}

function summaryOf(settings: number, overrides: number, socket: boolean): string {
  const parts = [
    ...(settings === 0 ? [] : [`${settings} ${settings === 1 ? 'setting' : 'settings'}`]),
    ...(overrides === 0 ? [] : [`${overrides} in Match blocks`]),
    ...(socket ? ['the listening socket'] : []),
  ];
  return `bring sshd within the policy: ${parts.join(', ')}`;
}
