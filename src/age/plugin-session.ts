import { randomInt } from 'node:crypto';
import type { Stanza } from 'age-encryption';
import { base64nopad } from '@scure/base';
import type { Conversation } from '../core/process.ts';
import { ValopsError } from '../lib/errors.ts';
import type { PluginDoors } from './plugin-doors.ts';
import { StanzaReader, encodeStanza } from './stanza-text.ts';

const waitNotice = 5_000;
const closingGrace = 2_000;

/** What a plugin sent that is for the state machine: everything but talk with the person. */
export type Answer = (stanza: Stanza) => 'handled' | 'unsupported';

/** A command of the first phase: its arguments, and a body where it has one. */
export interface PluginCommand {
  readonly args: readonly string[];
  readonly body?: Uint8Array;
}

/**
 * One run of a plugin (C2SP age-plugin): sends `commands`, then answers the plugin until it is
 * done. `answer` sees each stanza that is not `msg`, `request-*`, `confirm` or `error`; what it
 * throws ends the session as AGE_PLUGIN_FAILED. Returns the errors the plugin reported.
 *
 * Throws AGE_PLUGIN_MISSING, AGE_PLUGIN_FAILED, INTERRUPTED.
 */
export async function runPlugin(
  name: string,
  stateMachine: 'recipient-v1' | 'identity-v1',
  commands: readonly PluginCommand[],
  answer: Answer,
  doors: PluginDoors,
): Promise<readonly string[]> {
  const binary = `age-plugin-${name}`;
  const path = doors.processes.find(binary);
  if (path === null) {
    throw new ValopsError('AGE_PLUGIN_MISSING', `the plugin "${binary}" is not installed`, {
      hint: `Put ${binary} into a directory of PATH.`,
    });
  }
  const conversation = await doors.processes.converse([path, `--age-plugin=${stateMachine}`]);
  const session = new Session(name, conversation, doors);
  try {
    for (const { args, body } of withGrease(commands)) await conversation.write(encodeStanza(args, body));
    return await session.answerUntilDone(answer);
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw session.promptFailure ?? pluginFailed(name, 'it broke the protocol', cause);
  } finally {
    await conversation.close(closingGrace);
  }
}

/** The error of a plugin that did not do its work. `problem` may be the plugin's own words. */
export function pluginFailed(name: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('AGE_PLUGIN_FAILED', `the plugin "age-plugin-${name}" failed: ${printable(problem)}`, {
    hint: 'Connect its token and try again, or use another key.',
    cause,
  });
}

// Commands that no plugin knows keep plugins honest about ignoring what they do not know.
function withGrease(commands: readonly PluginCommand[]): readonly PluginCommand[] {
  const grease = { args: [`grease-${randomInt(2 ** 40).toString(16)}`, String(randomInt(100))] };
  return randomInt(2) === 0 ? commands : [...commands.slice(0, -1), grease, ...commands.slice(-1)];
}

/** Plugins speak to the person's terminal through us: without control and direction characters, and not at length. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 1_000);
}

class Session {
  promptFailure: ValopsError | undefined;
  readonly #name: string;
  readonly #conversation: Conversation;
  readonly #doors: PluginDoors;

  constructor(name: string, conversation: Conversation, doors: PluginDoors) {
    this.#name = name;
    this.#conversation = conversation;
    this.#doors = doors;
  }

  async answerUntilDone(answer: Answer): Promise<readonly string[]> {
    const stanzas = new StanzaReader(this.#conversation.output);
    const errors: string[] = [];
    for (;;) {
      const stanza = await this.#next(stanzas);
      if (stanza === null) throw new Error('it ended without an answer');
      const [command] = stanza.args;
      if (command === 'done') {
        if (errors.length > 0 && this.promptFailure !== undefined) throw this.promptFailure;
        return errors;
      }
      if (command === 'error') {
        errors.push(printable(Buffer.from(stanza.body).toString('utf8')));
        await this.#reply(['ok']);
      } else if (!(await this.#talk(stanza))) {
        await this.#reply([answer(stanza) === 'handled' ? 'ok' : 'unsupported']);
      }
    }
  }

  async #next(stanzas: StanzaReader): Promise<Stanza | null> {
    const message = `waiting for age-plugin-${this.#name}`;
    const timer = setTimeout(() => this.#doors.events.emit({ kind: 'note', message }), waitNotice);
    try {
      return await stanzas.next();
    } finally {
      clearTimeout(timer);
    }
  }

  async #talk(stanza: Stanza): Promise<boolean> {
    const [command] = stanza.args;
    const message = `age-plugin-${this.#name}: ${printable(Buffer.from(stanza.body).toString('utf8'))}`;
    const flag = '-i';
    switch (command ?? '') {
      case 'msg':
        this.#doors.events.emit({ kind: 'note', message });
        await this.#reply(['ok']);
        return true;
      case 'request-secret':
        await this.#asking(async () => {
          const secret = await this.#doors.prompt.secret({ message, flag });
          const reply = secret.use((bytes) => encodeStanza(['ok'], bytes));
          secret.wipe();
          return reply;
        });
        return true;
      case 'request-public':
        await this.#asking(async () =>
          encodeStanza(['ok'], Buffer.from(await this.#doors.prompt.text({ message, flag }))),
        );
        return true;
      case 'confirm': {
        const choices = stanza.args
          .slice(1)
          .map((arg) => printable(Buffer.from(base64nopad.decode(arg)).toString('utf8')));
        if (choices.length < 1 || choices.length > 2) throw new Error('malformed confirm');
        const question = `${message} (yes: ${choices[0]}${choices[1] === undefined ? '' : `, no: ${choices[1]}`})`;
        await this.#asking(async () =>
          encodeStanza(['ok', (await this.#doors.prompt.yes({ message: question, flag })) ? 'yes' : 'no']),
        );
        return true;
      }
      default:
        return false;
    }
  }

  async #asking(ask: () => Promise<Uint8Array>): Promise<void> {
    let reply: Uint8Array;
    try {
      reply = await ask();
    } catch (error) {
      if (!(error instanceof ValopsError) || error.code === 'INTERRUPTED') throw error;
      // The plugin may still do without; if it cannot, this is the reason.
      this.promptFailure = error;
      reply = encodeStanza(['fail']);
    }
    await this.#conversation.write(reply);
    reply.fill(0);
  }

  async #reply(args: readonly string[]): Promise<void> {
    await this.#conversation.write(encodeStanza(args));
  }
}
