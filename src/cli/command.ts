import type { Command } from 'commander';
import type { Context } from '../core/context.ts';
import type { Document } from '../core/result.ts';
import type { ExitStatus } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';

/** What a command hands back: the document for `--json` and the same facts for people. */
export interface Outcome {
  readonly document: Document;
  /** Lines for standard output, each ended; empty when there is nothing to say. */
  readonly text: (style: Style) => string;
  /** 0 unless given. */
  readonly exitStatus?: ExitStatus;
}

/** Values of a command's options, by camel-cased name, as commander parsed them. */
export type Options = Readonly<Record<string, unknown>>;

/** One invocation. The context is made on demand, so that `identity kinds` never pays for it. */
export interface Invocation {
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
  readonly context: () => Promise<Context>;
  /** The command tree as `--help` shows it, every noun declared, bound to nothing. */
  readonly program: () => Promise<Command>;
}

/** Does the work. Nothing is printed when it returns nothing (a stream went to stdout). */
export type Handler = (invocation: Invocation) => Promise<Outcome | void>;

/** Binds a handler to a commander command. */
export type Bind = (command: Command, handler: Handler) => void;

/** Declares the verbs of one noun below `command`. One file in `commands/` each. */
export type Define = (command: Command, bind: Bind) => void;
