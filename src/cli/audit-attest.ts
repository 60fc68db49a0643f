import { basename, join } from 'node:path';
import { encodeAttestations, type Attestation } from '../audit/attestation.ts';
import type { ManualItem } from '../audit/checklist.ts';
import type { AuditDeclared } from '../audit/declared.ts';
import { nextDue } from '../audit/manual.ts';
import { plainText } from '../audit/plain-text.ts';
import { allChecklists } from '../audit/select.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { withLock } from '../store/lock.ts';
import { read } from './arguments.ts';
import { attestationsPath, readAttestations } from './audit-attestations.ts';
import { configOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';

/** `valops audit attest`: signs a manual item off, in the journal first. */
export async function attestItem(context: Context, id: string, options: Options): Promise<Outcome> {
  const given = read(options);
  const item = manualItem(configOf(context, options).audit, id);
  const note = given.text('note');
  const file = given.text('evidence');
  if (note !== undefined && plainText(note, 500) !== note)
    throw new ValopsError('USAGE', '--note is not one line of at most 500 characters', {
      hint: 'Put the rest into a file: --evidence FILE',
    });
  if (!given.flag('yes')) {
    context.prompt.require('--yes');
    const message = `Sign off as ${context.machine.user()}: ${item.title}?`;
    if (!(await context.prompt.yes({ message, flag: '--yes' })))
      throw new ValopsError('INTERRUPTED', `"${id}" was not signed off`);
  }
  const evidence = file === undefined ? undefined : await digestOf(context, file);
  const at = context.clock.now();
  const attestation: Attestation = {
    item: id,
    by: context.machine.user(),
    at: at.toISOString(),
    nextDue: nextDue(item, at).toISOString(),
    ...(note === undefined ? {} : { note }),
    ...(evidence === undefined ? {} : { evidence }),
  };
  const details = {
    nextDue: attestation.nextDue,
    ...(note === undefined ? {} : { note }),
    ...(evidence === undefined ? {} : { evidence }),
  };
  await journalled(context.journal, { action: 'audit.attest', purpose: id, details }, () => {
    record(context, attestation);
    return Promise.resolve();
  });
  return {
    document: { schema: 'valops/attestation/1', attestation },
    text: (style) =>
      `${style.heading(id)}: ${style.good('signed off')} by ${attestation.by} at ${attestation.at}\n  ${item.title}\n${
        evidence === undefined
          ? ''
          : `  evidence ${evidence.file}, ${evidence.size} bytes, SHA-256 ${evidence.sha256}\n`
      }  due again ${attestation.nextDue}\n`,
  };
}

function manualItem(declared: AuditDeclared, id: string): ManualItem {
  const items = new Map(allChecklists(declared).flatMap(({ manual }) => manual.map((one) => [one.id as string, one])));
  const item = items.get(id);
  if (item !== undefined) return item;
  throw new ValopsError('USAGE', `there is no manual item "${id}"`, {
    hint: `Items: ${[...items.keys()].join(', ')}.`,
  });
}

async function digestOf({ files }: Context, path: string): Promise<NonNullable<Attestation['evidence']>> {
  return { file: plainText(basename(path), 200), ...(await digestFile({ files }, path)) };
}

/** Two people may sign off at once: the file is read and replaced under a lock. */
function record(context: Context, attestation: Attestation): void {
  const { files, home } = context;
  files.ensureDirectory(home.path, { mode: 0o700 });
  withLock(join(home.path, 'attestations.lock'), { wait: 10_000 }, () => {
    const all = [...readAttestations(context), attestation];
    files.replace(attestationsPath(home), encodeAttestations(all), { mode: 0o600 });
  });
}
