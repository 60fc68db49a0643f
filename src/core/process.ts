import type { Secret } from '../lib/secret.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which the child is killed. */
  readonly timeout: number;
  /** Bytes for the child's standard input; it is closed afterwards (closed at once without). */
  readonly input?: Uint8Array;
  /** Takes the output as it comes, unlimited; the result then holds none of it. Not for secrets. */
  readonly sinks?: {
    readonly stdout: (chunk: Uint8Array) => void;
    readonly stderr: (chunk: Uint8Array) => void;
  };
}

export interface RunResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** At most 1 MiB; a child's output may hold a key, hence a Secret. */
  readonly stdout: Secret;
  /** At most 1 MiB, as Secret for the same reason. */
  readonly stderr: Secret;
}

/** How a child ended; a killed one has no exit code. */
export interface ConversationEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A conversation with a child over its standard input and output. */
export interface Conversation {
  readonly output: AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  /** Closes its input; its output can be read on. */
  finish(): void;
  /** Closes its input, waits for it and kills it after `grace` milliseconds; says how it ended. */
  close(grace: number): Promise<ConversationEnd>;
}

/** The process door. Programs are given as argument vectors, never as shell lines. */
export interface Processes {
  /** Absolute path of a program in PATH, or null. */
  find(program: string): string | null;
  /** Runs a program to its end. Throws PROCESS_MISSING when there is none; any exit is a result. */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  /** Starts a program to talk to; its stderr is dropped. Throws PROCESS_MISSING. */
  converse(argv: readonly [string, ...string[]]): Promise<Conversation>;
}
