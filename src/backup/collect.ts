import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { sha256Hex } from '../identity/compare-sealed.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import type { MemberSource } from './archive.ts';
import { collectIdentity, type FoundFile } from './collect-identity.ts';
import { collectInclude } from './collect-include.ts';
import type { BackupIdentity, BackupManifest } from './manifest.ts';
import type { BackupPolicy } from './policy.ts';
import { hashSteady, holdSteady } from './steady.ts';
import { octal } from '../lib/octal.ts';

/** What a backup is made from. */
export interface CollectRequest {
  readonly policy: Pick<BackupPolicy, 'identities' | 'include'>;
  /** Absolute paths of `valops.yaml` and `valops.lock`; those that are there are taken along. */
  readonly configuration: readonly string[];
  readonly pins: string;
  readonly journalHead: BackupManifest['journalHead'];
}

/** Everything that goes into a backup, proven and hashed; keys and states are held in memory. */
export interface Collected {
  readonly identities: readonly BackupIdentity[];
  readonly sources: readonly MemberSource[];
  /** Overwrites what is held. */
  wipe(): void;
}

/**
 * Reads all that the policy declares. Throws BACKUP_NOTHING_DECLARED, and what
 * `collectIdentity` and `collectInclude` throw.
 */
export async function collect(context: Context, request: CollectRequest): Promise<Collected> {
  const { policy, configuration, pins, journalHead } = request;
  if (policy.identities.length + policy.include.length === 0) {
    throw new ValopsError('BACKUP_NOTHING_DECLARED', 'valops.yaml declares nothing to back up', {
      hint: 'Name what must live again below "backup:", as "identities:" of kind and place, and "include:".',
    });
  }
  const found: FoundFile[] = [];
  const identities: BackupIdentity[] = [];
  const wipe = (): void => {
    for (const { file } of found) file.held?.wipe();
  };
  try {
    for (const declared of policy.identities) {
      const { identity, files } = await collectIdentity(context, declared);
      identities.push(identity);
      found.push(...files);
    }
    for (const path of configuration) {
      const file = holdSteady(context, path);
      if (file !== null) found.push({ path, purpose: 'configuration', file });
    }
    if (context.files.stat(pins) !== null) {
      found.push({ path: pins, purpose: 'pins', file: await hashSteady(context, pins) });
    }
    found.push(...(await collectInclude(context, policy.include)));
    if (journalHead !== null) found.push(headFile(context, journalHead));
  } catch (error) {
    wipe();
    throw error;
  }
  const once = new Map<string, FoundFile>();
  for (const file of found) if (!once.has(file.path)) once.set(file.path, file);
  return { identities, sources: [...once.values()].map((file) => sourceOf(context, file)), wipe };
}

function sourceOf(context: Context, { path, purpose, file, identity }: FoundFile): MemberSource {
  const { stat, sha256, held } = file;
  return {
    member: {
      path: `members${path}`,
      purpose,
      source: path,
      sha256,
      size: stat.size,
      mode: octal(stat.mode),
      owner: { uid: stat.uid, gid: stat.gid },
      ...(identity === undefined ? {} : { identity }),
    },
    modifiedAt: stat.modifiedAt,
    content: () => (held === undefined ? context.files.stream(path) : once(held)),
  };
}

/** The head as `valops journal head` prints it: a file of its own, which a later journal is checked against. */
function headFile(context: Context, head: NonNullable<BackupManifest['journalHead']>): FoundFile {
  const held = Secret.fromText(`${head.seq} ${head.hash}\n`);
  const stat = {
    type: 'file',
    mode: 0o600,
    size: held.length,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    links: 1,
    modifiedAt: context.clock.now(),
  } as const;
  return {
    path: join(context.home.path, 'journal-head.txt'),
    purpose: 'journal-head',
    file: { stat, sha256: held.use((bytes) => sha256Hex(bytes)), held },
  };
}

async function* once(held: Secret): AsyncGenerator<Uint8Array> {
  yield held.use((bytes) => bytes);
}
