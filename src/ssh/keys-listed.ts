import type { Fact, Snapshot } from '../core/fact.ts';
import { sshAuthorizedKeys, type AuthorizedKeysFile } from '../facts/ssh/authorized-keys.ts';
import { sshLastUse, type SshLastUse } from '../facts/ssh/last-use.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';

/** One authorised key of one user, and what is to be said about it. */
export interface SshKeyListed {
  readonly user: string;
  readonly path: string;
  readonly line: number;
  readonly type: string;
  readonly bits: number | null;
  readonly fingerprint: string;
  readonly comment: string;
  readonly options: readonly string[];
  /** Always null: authorized_keys does not record when a line was added. */
  readonly age: null;
  /** RFC 3339; null when no login by it is on record. */
  readonly lastUse: string | null;
  /** Null: not known. */
  readonly stale: boolean | null;
  /** In words; empty when nothing is wrong. */
  readonly weak: readonly string[];
  /** About the last use, for people. */
  readonly use: string;
}

/** Days without a login after which a key is stale. */
const staleAfter = 180;
const day = 86_400_000;

/**
 * The authorised keys of a host, by file and line. Throws an Error with the reason when they are
 * not known; an unknown last use is told as unknown.
 */
export function listSshKeys(policy: SshPolicy, { facts, gatheredAt }: Snapshot): readonly SshKeyListed[] {
  const files = facts[sshAuthorizedKeys.id] as Fact<readonly AuthorizedKeysFile[]> | undefined;
  const uses = facts[sshLastUse.id] as Fact<SshLastUse> | undefined;
  if (files?.known !== true) throw new Error(files?.reason ?? 'not asked');
  const now = Date.parse(gatheredAt);
  return files.value.flatMap(({ user, path, keys }) =>
    keys.map(({ line, type, bits, fingerprint, comment, options }) => ({
      user,
      path,
      line,
      type,
      bits,
      fingerprint,
      comment,
      options,
      age: null,
      weak: weaknesses(policy, type, bits),
      ...useOf(uses, user, fingerprint, now),
    })),
  );
}

function weaknesses(policy: SshPolicy, type: string, bits: number | null): readonly string[] {
  const found: string[] = [];
  if (type === 'ssh-dss') found.push('DSA is broken');
  if (type === 'ssh-rsa' && (bits ?? 0) < policy.rsaBits) found.push(`RSA below ${policy.rsaBits} bits`);
  if (policy.weakUserKeys.includes(type)) found.push(`the profile "${policy.name}" does not want ${type}`);
  return found;
}

function useOf(
  uses: Fact<SshLastUse> | undefined,
  user: string,
  fingerprint: string,
  now: number,
): Pick<SshKeyListed, 'lastUse' | 'stale' | 'use'> {
  if (uses?.known !== true) return { lastUse: null, stale: null, use: `unknown: ${uses?.reason ?? 'not asked'}` };
  const { since } = uses.value;
  const last = uses.value.uses.find((one) => one.user === user && one.fingerprint === fingerprint)?.last ?? null;
  if (last !== null) return { lastUse: last, stale: (now - Date.parse(last)) / day > staleAfter, use: last };
  if (since === null) return { lastUse: null, stale: null, use: 'unknown: no logins are on record' };
  const long = (now - Date.parse(since)) / day > staleAfter;
  return long
    ? { lastUse: null, stale: true, use: `not since ${since}` }
    : { lastUse: null, stale: null, use: `unknown: not since ${since}, where the record begins` };
}
