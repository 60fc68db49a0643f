import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalPath, resolveHome } from '../config/home.ts';
import type { Context } from '../core/context.ts';
import type { Events } from '../core/events.ts';
import { createMachine } from '../hosts/local/machine.ts';
import { createProcesses } from '../hosts/local/processes.ts';
import { createFiles } from '../store/files.ts';
import { createJournal, type JournalOptions } from '../store/journal.ts';
import { createMemory } from '../store/memory.ts';
import { createPrompt } from '../ui/prompts.ts';
import type { Cleanup } from './cleanup.ts';
import { standardStreams } from './streams.ts';

export interface ContextOptions {
  readonly version: string;
  /** Noun and verb, for the journal. */
  readonly command: string;
  readonly events: Events;
  readonly cleanup: Cleanup;
}

/** Accounts as useradd(8) allows them, and those of directories. */
const accountName = /^[A-Za-z_][\w.@$-]{0,63}$/;

function callerOf(command: string): NonNullable<JournalOptions['caller']> {
  const uid = process.geteuid?.();
  const sudoUser = process.env['SUDO_USER'] ?? '';
  return {
    command,
    ...(uid === undefined ? {} : { uid }),
    ...(accountName.test(sudoUser) ? { sudoUser } : {}),
  };
}

/** The composition root: the only place where doors are chosen. */
export function createContext({ version, command, events, cleanup }: ContextOptions): Context {
  const home = resolveHome(process.env);
  const files = createFiles((undo) => cleanup.add(undo));
  const machine = createMachine((path) => readFileSync(path, 'utf8'));
  const clock = { now: () => new Date(), monotonic: () => performance.now() };
  return {
    tool: { name: 'valops', version },
    home,
    clock,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    events,
    files,
    machine,
    memory: createMemory({ cleanup: (undo) => cleanup.add(undo) }),
    processes: createProcesses(process.env, (end) => cleanup.add(end)),
    prompt: createPrompt(),
    streams: standardStreams(),
    interruption: { say: (sentence) => cleanup.say(sentence) },
    journal: createJournal({
      path: journalPath(home),
      lockPath: join(home.path, 'journal.lock'),
      files,
      clock,
      actor: machine.user(),
      host: machine.hostname(),
      tool: `valops ${version}`,
      caller: callerOf(command),
      onRepair: ({ size, keptAt }) =>
        events.emit({
          kind: 'warning',
          message:
            keptAt === undefined
              ? 'the last line of the journal had no line end; it was whole and has been completed'
              : `the last line of the journal was torn; its ${size} bytes were moved to "${keptAt}"`,
        }),
    }),
  };
}
