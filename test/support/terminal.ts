import { spawn, spawnSync } from 'node:child_process';
import { baseEnvironment } from './valops.ts';

/** Something to type once `expect` has appeared on the terminal since the last entry. */
export interface Entry {
  readonly expect: string;
  readonly type: string;
}

export interface TerminalRun {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly entries?: readonly Entry[];
  /** Write standard output to this file instead of the terminal. */
  readonly stdout?: string;
  /** Read standard input from this file instead of the terminal. */
  readonly stdin?: string;
}

export interface TerminalRan {
  readonly status: number;
  /** Every byte that appeared, escape sequences included. */
  readonly transcript: string;
  /** What a person sees at the end: the lines which were not erased, without colour. */
  readonly screen: string;
}

/** Whether Python is here, whose `pty` module gives a process a terminal. */
export const hasTerminalDriver: boolean = spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;

/**
 * Runs a program on a pseudo-terminal of its own, 100 columns wide, types the entries and answers
 * what appeared. Kills it after 40 seconds.
 */
export function onTerminal(argv: readonly string[], options: TerminalRun): Promise<TerminalRan> {
  const job = JSON.stringify({
    argv,
    entries: options.entries ?? [],
    stdin: options.stdin ?? null,
    stdout: options.stdout ?? null,
  });
  const child = spawn('python3', ['-c', driver, job], {
    cwd: options.cwd ?? options.home,
    env: { ...baseEnvironment(options.home), TERM: 'xterm-256color', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const problems: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => problems.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      const text = Buffer.concat(out).toString();
      const end = text.lastIndexOf('\n#status ');
      if (end < 0) {
        reject(new Error(`the terminal driver failed: ${Buffer.concat(problems).toString()}`));
        return;
      }
      const transcript = text.slice(0, end);
      resolve({ status: Number(text.slice(end + '\n#status '.length)), transcript, screen: render(transcript) });
    });
  });
}

/** Forks a child with a controlling terminal; prints what it says and `#status N` as the last line. */
const driver = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
job = json.loads(sys.argv[1])
pid, master = pty.fork()
if pid == 0:
    for number, name, flags in ((0, job['stdin'], os.O_RDONLY), (1, job['stdout'], os.O_WRONLY | os.O_CREAT)):
        if name is not None:
            os.dup2(os.open(name, flags, 0o600), number)
    os.execvp(job['argv'][0], job['argv'])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 100, 0, 0))
entries, seen, since, begun = job['entries'], b'', 0, time.monotonic()
while True:
    if time.monotonic() - begun > 40:
        os.kill(pid, signal.SIGKILL)
        break
    if select.select([master], [], [], 0.2)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    if entries and entries[0]['expect'].encode() in seen[since:]:
        time.sleep(0.15)
        os.write(master, entries.pop(0)['type'].encode())
        since = len(seen)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(seen + b'\\n#status ' + str(status).encode())
`;

/** The lines a terminal would show: cursor movements and erasures are carried out, colours dropped. */
export function render(transcript: string): string {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  const tokens = transcript.matchAll(/\u001b\[([?0-9;]*)([A-Za-z])|\u001b[^[]|([\s\S])/gu);
  for (const [, parameters = '', command, character] of tokens) {
    const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
    const line = (rows[row] ??= []);
    if (character === '\n') row += 1;
    else if (character === '\r') column = 0;
    else if (character === '\b') column = Math.max(0, column - 1);
    else if (character !== undefined && character >= ' ') line[column++] = character;
    else if (command === 'A') row = Math.max(0, row - count);
    else if (command === 'B') row += count;
    else if (command === 'C') column += count;
    else if (command === 'D') column = Math.max(0, column - count);
    else if (command === 'G') column = count - 1;
    else if (command === 'K') line.splice(parameters === '2' ? 0 : column);
    else if (command === 'J') {
      line.splice(column);
      rows.splice(row + 1);
    }
  }
  return rows
    .map((cells) =>
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
