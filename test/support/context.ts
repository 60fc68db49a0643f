import { randomBytes } from 'node:crypto';
import type { Context } from '../../src/core/context.ts';
import type { Event } from '../../src/core/events.ts';
import { createProcesses } from '../../src/hosts/local/processes.ts';
import { createMemory } from '../../src/store/memory.ts';

/** A context of the real random, process and memory doors. Any other door throws when it is touched. */
export interface TestContext {
  readonly context: Context;
  /** What was emitted so far. */
  readonly events: readonly Event[];
  /** Paths of the memory directories that were made. */
  readonly memoryDirectories: readonly string[];
}

/** `doors` replaces doors by name. Memory directories are real: whoever makes one destroys it. */
export function makeContext(doors: Partial<Context> = {}): TestContext {
  const events: Event[] = [];
  const memoryDirectories: string[] = [];
  const memory = createMemory({ cleanup: () => () => undefined });
  const given: Partial<Context> = {
    tool: { name: 'valops', version: '0.0.0-test' },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    events: { emit: (event) => void events.push(event) },
    processes: createProcesses(process.env),
    memory: {
      holds: (path) => memory.holds(path),
      directory(purpose) {
        const directory = memory.directory(purpose);
        memoryDirectories.push(directory.path);
        return directory;
      },
    },
    ...doors,
  };
  const context = new Proxy(given, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`the door "${String(name)}" was not given to this test`);
    },
  });
  return { context: context as Context, events, memoryDirectories };
}

/** Random bytes that answer `chunks` one after the other, each only for its own length. */
export function fixedBytes(...chunks: readonly Uint8Array[]): Context['randomBytes'] {
  const left = [...chunks];
  return (length) => {
    const chunk = left.shift();
    if (chunk === undefined || chunk.length !== length) throw new Error(`no fixed ${length} bytes left`);
    return Uint8Array.from(chunk);
  };
}
