import { ageDoors, passphraseSource } from '../age/doors.ts';
import { seal } from '../age/engine.ts';
import { gatherRecipients, type RecipientArguments } from '../age/gather.ts';
import { passphraseRecipient, type Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { readInput, withProgress } from './input.ts';
import { checkOutput, outputFile, writeOutput, type Output, type Written } from './output.ts';

export interface EncryptRequest extends RecipientArguments {
  readonly input: string | undefined;
  readonly output: Output;
  readonly armor: boolean;
  readonly passphrase: boolean;
  readonly passphraseFd: number | undefined;
}

export interface Encrypted extends Written {
  readonly recipients: readonly { readonly type: string; readonly fingerprint: string }[];
}

/**
 * Seals the input to recipients, or to a passphrase. Flags are checked before any file is opened.
 * Throws USAGE, AGE_OUTPUT_TERMINAL, AGE_RECIPIENT_INVALID, AGE_RECIPIENTS_MIXED, FILE_EXISTS.
 */
export async function encrypt(context: Context, request: EncryptRequest): Promise<Encrypted> {
  checkArguments(request);
  checkOutput(context, request.output, request.input);
  if (request.output.path === undefined && context.streams.stdoutIsTerminal && !request.armor) {
    throw new ValopsError('AGE_OUTPUT_TERMINAL', 'refusing to write binary to the terminal', {
      hint: 'Add -a for ASCII armor, or -o FILE; "-o -" forces it.',
    });
  }
  const recipients = request.passphrase
    ? [await askPassphrase(context, request.passphraseFd)]
    : await gather(context, request);
  const source = withProgress(context, 'sealing', request.input, readInput(context, request.input));
  const write = async (): Promise<Encrypted> => ({
    ...(await writeOutput(context, request.output, seal(source, recipients, { armor: request.armor }))),
    recipients: recipients.map(({ type, fingerprint }) => ({ type, fingerprint })),
  });
  const path = outputFile(request.output);
  if (path === undefined || !request.output.overwrite || context.files.stat(path) === null) return write();
  return journalled(
    context.journal,
    {
      action: 'seal',
      purpose: 'encrypt over an existing file',
      keys: recipients.map((recipient) => recipient.fingerprint),
      details: { output: path, override: 'unsafe-overwrite' },
    },
    write,
  );
}

function checkArguments(request: EncryptRequest): void {
  const named = request.recipients.length + request.recipientsFiles.length + request.identityFiles.length;
  if (request.passphrase && named > 0) {
    throw new ValopsError('USAGE', 'a passphrase cannot be combined with recipients', {
      hint: 'Leave out -p, or leave out -r, -R and -i.',
    });
  }
  if (!request.passphrase && named === 0) {
    throw new ValopsError('USAGE', 'no recipients were given', {
      hint: 'Add -r RECIPIENT, -R FILE or -i IDENTITY, or -p for a passphrase.',
    });
  }
  const fromStdin = [request.input ?? '-', ...request.recipientsFiles, ...request.identityFiles].filter(
    (path) => path === '-',
  );
  if (fromStdin.length > 1) {
    throw new ValopsError('USAGE', 'standard input is named more than once', {
      hint: 'Give the other inputs as files.',
    });
  }
}

async function gather(context: Context, request: EncryptRequest): Promise<readonly Recipient[]> {
  const recipients = await gatherRecipients(request, ageDoors(context, request.passphraseFd));
  if (recipients.length > 0) return recipients;
  throw new ValopsError('USAGE', 'the files given hold no recipient', {
    hint: 'Write at least one recipient into the file.',
  });
}

async function askPassphrase(context: Context, fd: number | undefined): Promise<Recipient> {
  return passphraseRecipient(await passphraseSource(context, fd, true)('the sealed file'));
}
