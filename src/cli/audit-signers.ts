import { join } from 'node:path';
import { parseSigners, signerLine, type Signer } from '../audit/signing/signers.ts';
import type { Context, Home } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { withLock } from '../store/lock.ts';

const limit = 4 * 1024 * 1024;

/** Where the keys lie that may sign the reports of other hosts: ALLOWED SIGNERS of ssh-keygen(1). */
export function signersPath(home: Home): string {
  return join(home.path, 'audit', 'report-signers');
}

/** All pinned keys. Throws AUDIT_STATE_INVALID, FILE_UNREADABLE. */
export function readSigners({ files, home }: Pick<Context, 'files' | 'home'>): readonly Signer[] {
  const path = signersPath(home);
  return files.stat(path) === null ? [] : parseSigners(files.read(path, limit), path);
}

/** Pins keys, in the journal first; lines that are there stay as they are. Throws JOURNAL_BROKEN, FILE_UNWRITABLE. */
export async function addSigners(context: Context, pins: readonly Signer[], now: Date): Promise<void> {
  if (pins.length === 0) return;
  const { files, home, journal } = context;
  const hosts = [...new Set(pins.map(({ principal }) => principal))].sort();
  const keys = [...new Set(pins.map(({ fingerprint }) => fingerprint))].sort();
  const record = { action: 'audit.trust-key', purpose: 'verify reports', keys, details: { hosts } };
  await journalled(journal, record, () => {
    const path = signersPath(home);
    files.ensureDirectory(join(home.path, 'audit'), { mode: 0o700 });
    withLock(join(home.path, 'audit', 'report-signers.lock'), { wait: 10_000 }, () => {
      const before = files.stat(path) === null ? '' : new TextDecoder().decode(files.read(path, limit));
      const whole = before === '' || before.endsWith('\n') ? before : `${before}\n`;
      const text = whole + pins.map((pin) => signerLine(pin, now)).join('');
      files.replace(path, new TextEncoder().encode(text), { mode: 0o600 });
    });
    return Promise.resolve();
  });
}
