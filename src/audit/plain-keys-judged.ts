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
  { keys, files, cut, leftOut = [] }: PlainKeys,
  kinds: readonly PlainKeyKind[],
  isAllowed: (key: PlainKey) => boolean,
  host: string,
): readonly Judgement[] {
  const stray = keys.filter((key) => kinds.includes(key.kind) && !isAllowed(key));
  return [
    ...stray.map(({ path, kind, mode, owner }): Judgement => ({
      status: 'fail',
      subject: path,
      expected: 'no private key in clear',
      actual: `${names[kind]}, ${owner} ${mode}`,
      file: path,
    })),
    ...(cut === null
      ? stray.length > 0
        ? []
        : [
            {
              status: 'pass',
              subject: host,
              actual: 'none found',
              evidence: `${files} files were read${passedBy(leftOut)}`,
            } as const,
          ]
      : [{ status: 'unknown', subject: host, evidence: `the search was cut off: ${cut}` } as const]),
  ];
}

function passedBy(leftOut: readonly string[]): string {
  const more = leftOut.length > 5 ? ' …' : '';
  return leftOut.length === 0
    ? ''
    : `; not in packages of languages and ledgers: ${leftOut.slice(0, 5).join(' ')}${more}`;
}
