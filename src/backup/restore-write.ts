import { dirname } from 'node:path';
import { open } from '../age/engine.ts';
import type { Identity } from '../age/identity.ts';
import type { Context } from '../core/context.ts';
import type { WriteOptions } from '../core/files.ts';
import { digestFile, lasting, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { damaged } from './damaged.ts';
import type { MemberPurpose } from './manifest.ts';
import { isHeld, type OpenedBackup } from './open-backup.ts';
import { readBackup } from './read-backup.ts';
import type { RestoreStep } from './restore-plan.ts';

/** What makes a validator able to sign comes last, and never before what keeps it from signing twice. */
const order: readonly MemberPurpose[] = [
  'configuration',
  'pins',
  'journal-head',
  'card',
  'sealed-identity',
  'double-sign-state',
  'identity',
];

/** Where the bytes come from. */
export interface RestoreSource {
  readonly file: string;
  readonly identities: readonly Identity[];
  readonly opened: OpenedBackup;
}

/**
 * Carries out the steps that create and replace, each durable before the next, and reads every file
 * back. What is not held in memory is opened a second time and streamed. A replaced file is kept
 * beside first. Throws PLAN_STALE when a place changed since it was looked at, BACKUP_DAMAGED when
 * the backup did, FILE_EXISTS, FILE_UNWRITABLE, FILE_NOT_PROVEN.
 */
export async function writeSteps(
  context: Context,
  source: RestoreSource,
  steps: readonly RestoreStep[],
): Promise<void> {
  const todo = steps.filter(({ action }) => action === 'create' || action === 'replace');
  const streamed = new Map(todo.filter(({ member }) => !isHeld(member)).map((step) => [step.member.path, step]));
  if (streamed.size > 0) await writeStreamed(context, source, streamed, todo);
  const held = todo.filter(({ member }) => isHeld(member));
  for (const step of held.toSorted((a, b) => rank(a) - rank(b))) {
    const bytes = source.opened.held.get(step.member.source);
    if (bytes === undefined) throw new Error(`"${step.member.path}" was not held`);
    await makeWay(context, step, todo);
    bytes.use((content) =>
      context.files[step.action === 'create' ? 'create' : 'replace'](step.path, content, writing(step)),
    );
  }
  for (const step of todo) await readBack(context, step);
}

async function writeStreamed(
  context: Context,
  { file, identities, opened }: RestoreSource,
  streamed: ReadonlyMap<string, RestoreStep>,
  todo: readonly RestoreStep[],
): Promise<void> {
  await readBackup(open(context.files.stream(file), identities), {
    manifest({ id }) {
      if (id !== opened.manifest.id) throw damaged(`"${file}" is another backup than a moment ago`);
    },
    async member({ path, sha256 }, content) {
      const step = streamed.get(path);
      if (step === undefined) return;
      if (sha256 !== step.member.sha256) throw damaged(`"${file}" was changed while it was restored`);
      await makeWay(context, step, todo);
      await writeStream(context, step, content);
    },
  });
}

async function writeStream(context: Context, step: RestoreStep, content: AsyncIterable<Uint8Array>): Promise<void> {
  const tap = new Tap();
  const staged = await context.files.stage(step.path, writing(step));
  try {
    for await (const chunk of lasting(tap.through(content))) await staged.write(chunk);
    // a member is proven only after its last byte: before that it gets no name
    if (tap.digest().sha256 !== step.member.sha256)
      throw damaged(`"${step.member.path}" is not the one of its manifest`);
    await staged.publish(step.action === 'create' ? 'exclusive' : 'replace');
  } finally {
    await staged.discard();
  }
}

/** The directory of a file, and a copy of what it replaces, provided that this is still what was planned. */
async function makeWay(context: Context, step: RestoreStep, todo: readonly RestoreStep[]): Promise<void> {
  const directory = dirname(step.path);
  const isPrivate = todo.some(
    ({ path, member }) => path.startsWith(`${directory}/`) && isPrivatePurpose(member.purpose),
  );
  context.files.ensureDirectory(directory, { ...writing(step), mode: isPrivate ? 0o700 : 0o755 });
  if (step.was === null) return;
  const { keptAt, sha256 } = step.was;
  const stat = context.files.stat(step.path);
  if (stat?.type !== 'file' || (await digestFile(context, step.path)).sha256 !== sha256) throw stale(step.path);
  if (context.files.stat(keptAt) === null) {
    const owner = step.owner === undefined ? undefined : { uid: stat.uid, gid: stat.gid };
    const staged = await context.files.stage(keptAt, { mode: stat.mode, ...(owner === undefined ? {} : { owner }) });
    try {
      for await (const chunk of lasting(context.files.stream(step.path))) await staged.write(chunk);
      await staged.publish('exclusive');
    } finally {
      await staged.discard();
    }
  }
  // a validator that runs moves its state on: nothing that was not kept may go
  if ((await digestFile(context, keptAt)).sha256 !== sha256) throw stale(keptAt);
  if ((await digestFile(context, step.path)).sha256 !== sha256) throw stale(step.path);
}

async function readBack(context: Context, { path, member }: RestoreStep): Promise<void> {
  const { sha256: found } = await digestFile(context, path);
  if (found === member.sha256) return;
  throw new ValopsError(
    'FILE_NOT_PROVEN',
    `"${path}" has sha256 ${found} after it was written, expected ${member.sha256}`,
    {
      hint: 'Do not start the validator; check the disk (dmesg) and restore again.',
    },
  );
}

function writing({ member, mode, owner }: RestoreStep): WriteOptions {
  const common = owner === undefined ? { mode } : { mode, owner };
  const isSecret = member.purpose === 'identity' || (member.purpose === 'configuration' && (mode & 0o077) === 0);
  return isSecret ? { ...common, secret: true } : common;
}

function rank({ member }: RestoreStep): number {
  return order.indexOf(member.purpose);
}

function isPrivatePurpose(purpose: MemberPurpose): boolean {
  return purpose !== 'configuration' && purpose !== 'pins';
}

function stale(path: string): ValopsError {
  return new ValopsError('PLAN_STALE', `"${path}" changed after the restore was planned; it was not touched`, {
    hint: 'Stop what writes to it, and run the command again.',
  });
}
