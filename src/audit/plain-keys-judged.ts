import { custodyPlainKeysIn, type PlainKey, type PlainKeyKind, type PlainKeys } from '../facts/custody/plain-keys.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

const names: Readonly<Record<PlainKeyKind, string>> = {
  age: 'an age key',
  openssh: 'an OpenSSH private key without a passphrase',
  solana: 'a Solana keypair',
  cometbft: 'a CometBFT private key',
  'identity-secret': 'the secret of an identity',
};

/** The search for keys in clear, for this policy: one question, whatever check asks it. */
export function plainKeysOf({ keyPlaces, home }: AuditPolicy) {
  return { found: custodyPlainKeysIn([...keyPlaces, home]) };
}

/** Whether a file is a place of the policy, or below one. */
export function isDeclaredPlace(path: string, { keyPlaces }: Pick<AuditPolicy, 'keyPlaces'>): boolean {
  return keyPlaces.some((place) => path === place || path.startsWith(`${place.replace(/\/$/, '')}/`));
}

/**
 * One failure for each key of these kinds that is where none may be; a pass when there is none and
 * everything was read; unknown besides when the search was cut off.
 */
export function judgeStrayKeys(
  found: PlainKeys,
  kinds: readonly PlainKeyKind[],
  isAllowed: (key: PlainKey) => boolean,
  host: string,
): readonly Judgement[] {
  const stray = found.keys.filter((key) => kinds.includes(key.kind) && !isAllowed(key));
  return [
    ...stray.map(({ path, kind, mode, owner }): Judgement => ({
      status: 'fail',
      subject: path,
      expected: 'no private key in clear',
      actual: `${names[kind]}, ${owner} ${mode}`,
      file: path,
    })),
    ...restOfSearch(found, stray.length, host, 'none found'),
  ];
}

/**
 * What a search for keys says besides the keys that are told one by one: unknown when it was cut off, a pass for the
 * host, with `actual`, when there are none to tell.
 */
export function restOfSearch(
  { files, cut, leftOut = [] }: PlainKeys,
  told: number,
  host: string,
  actual: string,
): readonly Judgement[] {
  if (cut !== null) return [{ status: 'unknown', subject: host, evidence: `the search was cut off: ${cut}` }];
  const evidence = `${files} files were read${passedBy(leftOut)}`;
  return told > 0 ? [] : [{ status: 'pass', subject: host, actual, evidence }];
}

function passedBy(leftOut: readonly string[]): string {
  const more = leftOut.length > 5 ? ' …' : '';
  return leftOut.length === 0
    ? ''
    : `; not in packages of languages and ledgers: ${leftOut.slice(0, 5).join(' ')}${more}`;
}
