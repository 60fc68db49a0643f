import { ageDoors, passphraseSource } from '../age/doors.ts';
import { gatherIdentities } from '../age/gather.ts';
import { passphraseIdentity, type Identity } from '../age/identities.ts';
import { journalledOpening } from '../age/opening.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { readInput, withProgress } from './input.ts';
import { checkOutput, writeOutput, type Output, type Written } from './output.ts';
import { octal } from '../lib/octal.ts';

export interface DecryptRequest {
  readonly identityFiles: readonly string[];
  readonly input: string | undefined;
  readonly output: Output;
  readonly passphraseFd: number | undefined;
}

/**
 * Opens a sealed file with identities, or with a passphrase when none is given. The opening is
 * journalled before a key is used. Throws USAGE, FILE_EXISTS and the AGE_ codes of opening.
 */
export async function decrypt(context: Context, request: DecryptRequest): Promise<Written> {
  const fromStdin = [request.input ?? '-', ...request.identityFiles].filter((path) => path === '-');
  if (fromStdin.length > 1) {
    throw new ValopsError('USAGE', 'standard input is named more than once', {
      hint: 'Give the sealed file or the identity as a file.',
    });
  }
  checkOutput(context, request.output, request.input);
  const identities = await identitiesOf(context, request);
  return journalledOpening(
    context.journal,
    {
      action: 'open',
      purpose: 'decrypt',
      opens: [request.input ?? '-'],
      details: {
        output: request.output.path ?? '-',
        ...(request.output.overwrite ? { override: 'unsafe-overwrite' } : {}),
      },
    },
    identities,
    async (opening) => {
      const source = withProgress(context, 'opening', request.input, readInput(context, request.input));
      const written = await writeOutput(context, request.output, opening.stream(request.input ?? '-', source));
      warnIfPublic(context, written);
      return written;
    },
  );
}

async function identitiesOf(context: Context, request: DecryptRequest): Promise<readonly Identity[]> {
  if (request.identityFiles.length > 0)
    return gatherIdentities(request.identityFiles, ageDoors(context, request.passphraseFd));
  const ask = passphraseSource(context, request.passphraseFd);
  return [passphraseIdentity(() => ask(`"${request.input ?? 'standard input'}"`))];
}

/** The file is asked for, whatever is in it: where its file system keeps no modes, that is said. */
function warnIfPublic({ files, events }: Context, { path }: Written): void {
  const stat = path === undefined ? null : files.stat(path);
  if (stat?.type !== 'file' || (stat.mode & 0o077) === 0) return;
  const mode = octal(stat.mode);
  events.emit({
    kind: 'warning',
    message: `others can read "${path}": its file system gives every file mode ${mode}`,
    hint: 'Move it to a file system that keeps modes, if it is secret.',
  });
}
