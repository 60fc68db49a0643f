import type { Events } from './events.ts';
import type { Files } from './files.ts';
import type { Journal } from './journal.ts';
import type { Machine } from './machine.ts';
import type { Memory } from './memory.ts';
import type { Processes } from './process.ts';
import type { Prompt } from './prompt.ts';

/** Where this run's state lives (DESIGN: `$VALOPS_HOME`, 0700). */
export interface Home {
  /** Absolute path of `$VALOPS_HOME`. */
  readonly path: string;
  /** Directory of the age keys of an environment; the default environment has no subfolder. */
  ageDirectory(environment: string | undefined): string;
}

export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
}

/** Cryptographically secure bytes from the operating system. */
export type RandomBytes = (length: number) => Uint8Array;

/** Standard streams of the process, as data. */
export interface StandardStreams {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdoutIsTerminal: boolean;
  /** Resolves when the bytes were taken by the system. */
  writeOut(bytes: Uint8Array): Promise<void>;
  /** Reads one line from an inherited descriptor, without its line end. Throws USAGE_PASSPHRASE. */
  readDescriptor(fd: number): Uint8Array;
}

export interface Tool {
  readonly name: 'valops';
  readonly version: string;
}

/** What is true when a signal ends the process now. */
export interface Interruption {
  /** Adds a sentence that is said then; answers how to take it back. */
  say(sentence: string): () => void;
}

/** Everything a capability may touch. Built once, in `cli/context`, and passed first. */
export interface Context {
  readonly tool: Tool;
  readonly home: Home;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly events: Events;
  readonly files: Files;
  readonly journal: Journal;
  readonly machine: Machine;
  readonly memory: Memory;
  readonly processes: Processes;
  readonly prompt: Prompt;
  readonly streams: StandardStreams;
  readonly interruption: Interruption;
}
