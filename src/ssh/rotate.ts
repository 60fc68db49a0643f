import { createHash } from 'node:crypto';
import type { Change, Step } from '../core/change.ts';
import type { Fact, Snapshot } from '../core/fact.ts';
import type { Job } from '../core/job.ts';
import type { Planned, Refusal } from '../core/plan.ts';
import { sshAuthorizedKeys, type AuthorizedKeysFile } from '../facts/ssh/authorized-keys.ts';
import { sshEffectiveForLogin } from '../facts/ssh/effective-for-login.ts';
import type { EffectiveFor } from '../facts/ssh-connection.ts';
import { readAuthorizedKeys } from '../facts/authorized-keys-line.ts';
import { ValopsError } from '../lib/errors.ts';

/** Whose key is replaced by which. */
export interface Rotation {
  readonly user: string;
  /** `SHA256:…` of the key that goes. */
  readonly old: string;
  /** The new public key, one line: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
}

/**
 * Replaces the operator's key: the new line takes the options of the old one and its place. The
 * job is proven, like every other, by a new login, which by then only the new key allows; until it is
 * confirmed the guard puts the old file back.
 *
 * Throws USAGE when `publicKey` is no public key, or the old one.
 */
export function rotateJob(rotation: Rotation): Job {
  const { keys, unreadable } = readAuthorizedKeys(rotation.publicKey);
  const [key] = keys;
  if (key === undefined || keys.length !== 1 || unreadable.length > 0 || key.options.length > 0) {
    throw new ValopsError('USAGE', 'the new key has no public half of one line', {
      hint: 'Make it with: ssh-keygen -y -f FILE >FILE.pub',
    });
  }
  if (key.fingerprint === rotation.old) {
    throw new ValopsError('USAGE', 'the new key is the one this login uses', {
      hint: 'Make another: ssh-keygen -t ed25519',
    });
  }
  return {
    name: 'ssh-key',
    questions: [sshAuthorizedKeys, sshEffectiveForLogin],
    plan: (snapshot) => planRotation(rotation, { type: key.type, fingerprint: key.fingerprint }, snapshot),
  };
}

function planRotation(
  { user, old, publicKey }: Rotation,
  fresh: { readonly type: string; readonly fingerprint: string },
  { facts }: Snapshot,
): Planned {
  const restsOn = [sshAuthorizedKeys.id];
  const files = facts[sshAuthorizedKeys.id] as Fact<readonly AuthorizedKeysFile[]> | undefined;
  const effective = facts[sshEffectiveForLogin.id] as Fact<EffectiveFor> | undefined;
  const refuse = (rule: string, message: string, hint: string): Planned => {
    const refusal: Refusal = { rule, message, hint };
    return { changes: [], unchanged: [], refusals: [refusal], restsOn };
  };
  if (files?.known !== true || effective?.known !== true) {
    const reason = [files, effective].flatMap((fact) => (fact?.known === false ? [fact.reason] : [])).join('; ');
    return refuse('LOCKOUT_FACT_UNKNOWN', `the authorised keys are not known: ${reason}`, 'valops facts --only ssh');
  }
  const accepted = (effective.value.settings['pubkeyacceptedalgorithms'] ?? []).flatMap((value) => value.split(','));
  const names = fresh.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [fresh.type];
  if (!names.some((name) => accepted.includes(name))) {
    return refuse('LOCKOUT_KEY_TYPE', `sshd does not accept keys of type ${fresh.type}`, 'Use: ssh-keygen -t ed25519');
  }
  const own = files.value.filter((file) => file.user === user);
  const lines = own.flatMap((file) => file.keys.filter((key) => key.fingerprint === old).map((key) => ({ file, key })));
  const has = own.some(({ keys }) => keys.some(({ fingerprint }) => fingerprint === fresh.fingerprint));
  if (lines.length === 0) {
    if (has)
      return { changes: [], unchanged: [{ id: 'ssh.key', reason: 'the new key is in place' }], refusals: [], restsOn };
    const message = `the old key ${old} is not among the authorised keys of "${user}"`;
    return refuse('LOCKOUT_NO_KEY', message, 'See who is authorised: valops ssh keys list');
  }
  const changes = [...new Set(lines.map(({ file }) => file))].map((file): Change => {
    const gone = lines.filter((one) => one.file === file).map(({ key }) => key);
    const options = gone[0]?.options.join(',') ?? '';
    return changeFile(
      user,
      file,
      gone.map(({ line }) => line),
      `${options === '' ? '' : `${options} `}${publicKey.trim()}`,
      {
        old,
        fresh: fresh.fingerprint,
      },
    );
  });
  return { changes, unchanged: [], refusals: [], restsOn };
}

/** Edits as the user, never as root: the file stays theirs, and a link of theirs leads root nowhere. */
function changeFile(
  user: string,
  { path }: AuthorizedKeysFile,
  lines: readonly number[],
  added: string,
  { old, fresh }: { readonly old: string; readonly fresh: string },
): Change {
  // of this rotation only: what an earlier one left behind is never put back
  const kept = `${path}.valops-${createHash('sha256').update(`${old} ${fresh}`).digest('hex').slice(0, 12)}`;
  const asUser = (script: string, ...words: readonly string[]): Step => ({
    step: 'run',
    argv: ['runuser', '-u', user, '--', 'sh', '-c', script, 'sh', path, kept, ...words],
  });
  const edit = `set -e
cp -p -- "$1" "$2"
cp -p -- "$1" "$2.new"
{ sed "$3" "$2"; printf '%s\\n' "$4"; } >"$2.new"
mv -f -- "$2.new" "$1"`;
  const restore = 'rm -f -- "$2.new"; if [ -e "$2" ]; then mv -f -- "$2" "$1"; fi';
  return {
    id: `ssh.key ${path}`,
    summary: `replace a key of "${user}" in ${path}`,
    risk: 'access',
    diff: `- line ${lines.join(', ')}: ${old}\n+ ${fresh}`,
    do: [asUser(edit, lines.map((line) => `${line}d`).join(';'), added)],
    undo: [asUser(restore)],
  };
}
