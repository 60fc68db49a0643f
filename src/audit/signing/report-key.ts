import { join } from 'node:path';
import { getKeys } from 'micro-key-producer/ssh.js';
import { openOpensshKey, parseOpensshKey } from '../../age/openssh-key.ts';
import { fingerprintOf } from '../../age/recipient.ts';
import { readSshPublicKey } from '../../age/ssh-public-key.ts';
import type { Context, Home } from '../../core/context.ts';
import { journalled } from '../../core/journal.ts';
import { ValopsError } from '../../lib/errors.ts';

/** The Ed25519 key by which this machine signs reports. */
export interface ReportKey {
  /** The secret 32 bytes of RFC 8032. */
  readonly seed: Uint8Array;
  /** As SSH sends it (RFC 4253, section 6.6). */
  readonly publicKey: Uint8Array;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

type Doors = Pick<Context, 'files' | 'home' | 'journal' | 'randomBytes' | 'machine'>;

/** Where the key lies, 0600, in OpenSSH's format; its public half is beside it as `.pub`. */
export function reportKeyPath(home: Home): string {
  return join(home.path, 'audit', 'report-key');
}

/** The key of this home; undefined: it has none yet. Throws AUDIT_STATE_INVALID, FILE_UNREADABLE. */
export function readReportKey({ files, home }: Pick<Doors, 'files' | 'home'>): ReportKey | undefined {
  const path = reportKeyPath(home);
  return files.stat(path) === null ? undefined : parse(files.read(path), path);
}

/** As `readReportKey`; makes the key where there is none, once, and records its fingerprint in the journal. */
export async function ensureReportKey(doors: Doors): Promise<ReportKey> {
  const present = readReportKey(doors);
  if (present !== undefined) return present;
  const { files, home, journal, machine, randomBytes } = doors;
  const path = reportKeyPath(home);
  const { privateKey, publicKey, fingerprint } = getKeys(
    randomBytes(32),
    `valops reports of ${machine.hostname()}`,
    randomBytes(4),
  );
  const record = { action: 'audit.report-key', purpose: 'sign reports', keys: [fingerprint] };
  await journalled(journal, record, () => {
    files.ensureDirectory(join(home.path, 'audit'), { mode: 0o700 });
    const encode = (text: string): Uint8Array => new TextEncoder().encode(`${text.trim()}\n`);
    try {
      files.create(path, encode(privateKey), { mode: 0o600, secret: true });
      files.replace(`${path}.pub`, encode(publicKey), { mode: 0o644 });
    } catch (error) {
      // two runs at once: the key of the other one it is
      if (!(error instanceof ValopsError && error.code === 'FILE_EXISTS')) throw error;
    }
    return Promise.resolve();
  });
  return parse(files.read(path), path);
}

function parse(bytes: Uint8Array, path: string): ReportKey {
  try {
    const key = parseOpensshKey(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { material, blob } = readSshPublicKey(key.publicBlob);
    if (key.cipher !== 'none' || material.type !== 'ssh-ed25519') throw new Error('not an Ed25519 key in clear');
    const reader = openOpensshKey(key, undefined, path);
    reader.text();
    reader.string();
    const seed = Uint8Array.from(reader.string().subarray(0, 32));
    if (seed.length !== 32) throw new Error('too short');
    return { seed, publicKey: blob, fingerprint: fingerprintOf(blob) };
  } catch (cause) {
    throw new ValopsError('AUDIT_STATE_INVALID', `"${path}" is not the key by which reports are signed`, {
      hint: `Restore it from a copy; or move it and its .pub aside, and the next report makes a new one, which those who merge reports must trust anew.`,
      cause,
    });
  }
}
