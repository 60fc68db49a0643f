import type { Context } from '../core/context.ts';
import { Secret } from '../lib/secret.ts';
import type { GatherDoors } from './gather.ts';

/** Largest recipients or identity file that is read, in bytes (as Go age). */
const keyFileLimit = 16 << 20;

/**
 * The doors of a context as this library needs them. Passphrases come from `passphraseFd` when it
 * is given, else from the terminal. `-` names standard input.
 */
export function ageDoors(context: Context, passphraseFd?: number): GatherDoors {
  return {
    read: (path) => (path === '-' ? readAll(context.streams.stdin) : context.files.read(path, keyFileLimit)),
    plugins: { processes: context.processes, prompt: context.prompt, events: context.events },
    passphrase: passphraseSource(context, passphraseFd),
    onDuplicate: (text) =>
      context.events.emit({ kind: 'warning', message: `recipient ${text} was given more than once; it counts once` }),
  };
}

/** Answers a passphrase; a descriptor can be read only once, so its line is kept for the next question. */
export function passphraseSource(
  context: Context,
  passphraseFd?: number,
  confirm = false,
): (what: string) => Promise<Secret> {
  let line: Uint8Array | undefined;
  return async (what) => {
    if (passphraseFd === undefined) {
      return context.prompt.secret({ message: `Passphrase for ${what}`, flag: '--passphrase-fd N', confirm });
    }
    line ??= context.streams.readDescriptor(passphraseFd);
    return new Secret(line.slice());
  };
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
