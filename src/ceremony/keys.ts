import { join } from 'node:path';
import { ageDoors } from '../age/doors.ts';
import { gatherRecipients } from '../age/gather.ts';
import { generateKey } from '../age/keygen.ts';
import { parseRecipient, type Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { isRecipient, type Answers } from './answers.ts';
import type { Evidence } from './evidence.ts';
import { hashFiles } from './media.ts';

/** A key of the ceremony: everything is sealed to all of them. */
export interface CeremonyKey {
  readonly name: string;
  readonly recipient: Recipient;
  /** The private key, where it is here. */
  readonly file: string | undefined;
  readonly origin: 'made here, in memory' | 'was here' | 'at another place';
}

/** Where the private key of a name is, or will be made; undefined when it is at another place. */
export function privateKeyOf({ work }: Pick<Answers, 'work'>, key: Answers['keys'][number]): string | undefined {
  return key.recipient === undefined ? (key.key ?? join(work, `${key.name}.key`)) : undefined;
}

/** The list of all recipients, on the medium that goes out. */
export function recipientsFile({ out }: Pick<Answers, 'out'>): string {
  return join(out, 'recipients.txt');
}

/**
 * All keys in their order; a private key is not used but to find its recipient. Throws
 * CEREMONY_ANSWERS_INVALID when two are the same key, CEREMONY_CHANGED when one that was made in
 * memory is gone, and what reading keys throws.
 */
export async function readKeys(
  context: Context,
  answers: Pick<Answers, 'keys' | 'work'>,
): Promise<readonly CeremonyKey[]> {
  const keys: CeremonyKey[] = [];
  for (const key of answers.keys) {
    const file = privateKeyOf(answers, key);
    if (file !== undefined && key.key === undefined && context.files.stat(file) === null) {
      throw new ValopsError('CEREMONY_CHANGED', `the key "${key.name}" was made in memory, and "${file}" is gone`, {
        hint: 'It cannot come back: begin a new ceremony, with a new directory for what goes out.',
      });
    }
    const [recipient, ...more] = await recipientsOf(context, key, file);
    if (recipient === undefined || more.length > 0) {
      throw invalid(
        `key "${key.name}" has ${recipient === undefined ? 'no recipient' : 'several recipients'}, expected one`,
      );
    }
    const same = keys.find((one) => one.recipient.fingerprint === recipient.fingerprint);
    if (same !== undefined) throw invalid(`"${same.name}" and "${key.name}" are the same key`);
    const origin =
      key.recipient !== undefined ? 'at another place' : key.key === undefined ? 'made here, in memory' : 'was here';
    keys.push({ name: key.name, recipient, file, origin });
  }
  return keys;
}

/** Makes the keys that are to be made and are not there yet, and writes the list of all recipients. */
export async function makeKeys(context: Context, answers: Answers): Promise<Evidence> {
  context.files.ensureDirectory(answers.work, { mode: 0o700 });
  for (const key of answers.keys) {
    const file = privateKeyOf(answers, key);
    if (file !== undefined && key.key === undefined && context.files.stat(file) === null)
      await makeKey(context, key.name, file);
  }
  const keys = await readKeys(context, answers);
  const list = keys.map(({ name, recipient }) => `# ${name}\n${recipient.text}\n`).join('');
  context.files.ensureDirectory(answers.out, { mode: 0o755 });
  context.files.replace(recipientsFile(answers), new TextEncoder().encode(list), { mode: 0o644 });
  return {
    lines: keys.map(({ name, recipient, origin }) => [`key ${name}`, `${recipient.fingerprint}, ${origin}`]),
    files: await hashFiles(context, [recipientsFile(answers)]),
  };
}

async function makeKey(context: Context, name: string, path: string): Promise<void> {
  const key = await generateKey({ postQuantum: false, createdAt: context.clock.now() });
  const { fingerprint } = parseRecipient(key.recipient, ageDoors(context).plugins);
  await journalled(
    context.journal,
    { action: 'keys.init', purpose: `ceremony key ${name}`, keys: [fingerprint], details: { file: path } },
    async () => {
      try {
        key.file.use((bytes) => context.files.create(path, bytes, { mode: 0o600, secret: true }));
      } finally {
        key.file.wipe();
      }
    },
  );
}

function recipientsOf(
  context: Context,
  { recipient }: Answers['keys'][number],
  file: string | undefined,
): Promise<readonly Recipient[]> {
  const isText = recipient !== undefined && isRecipient(recipient);
  return gatherRecipients(
    {
      recipients: isText ? [recipient] : [],
      recipientsFiles: isText || recipient === undefined ? [] : [recipient],
      identityFiles: file === undefined ? [] : [file],
    },
    ageDoors(context),
  );
}

function invalid(problem: string): ValopsError {
  return new ValopsError('CEREMONY_ANSWERS_INVALID', problem, {
    hint: 'Every key stands for another place: give each its own.',
  });
}
