import { systemErrorCode, ValopsError } from '../../lib/errors.ts';
import type { Step } from './steps.ts';
import type { SshTarget } from './target.ts';
import type { UserKey } from './user-keys.ts';

/** How a connection that failed came to its end. */
export interface Ending {
  readonly step: Step;
  /** Absent when the other side just closed it. */
  readonly cause: Error | undefined;
  /** What the other side said instead of identifying itself as an SSH server; empty when it said nothing. */
  readonly said: string;
}

/** What a connection that failed in a step is reported as. */
export function connectionError(
  target: SshTarget,
  { step, cause, said }: Ending,
  keys: readonly Pick<UserKey, 'fingerprint' | 'source'>[],
): ValopsError {
  if (step === 'authentication') {
    const tried = keys.map((key) => `${key.fingerprint} (${key.source})`).join(', ');
    return new ValopsError(
      'HOST_AUTH_FAILED',
      `"${target.name}" let user "${target.user}" in with none of the keys tried: ${tried || 'there was none'}`,
      { hint: 'Name the key with --ssh-key FILE, or add its public half to authorized_keys on the host.', cause },
    );
  }
  const words =
    said
      .trim()
      .split(/[\r\n]/, 1)[0]
      ?.slice(0, longestQuote) ?? '';
  const reason =
    words !== ''
      ? `it said "${words}" and closed the connection`
      : cause === undefined
        ? 'the other side closed the connection'
        : describe(cause);
  return new ValopsError('HOST_UNREACHABLE', `"${target.name}" cannot be reached (step: ${step}): ${reason}`, {
    hint:
      refusals.find(([pattern]) => pattern.test(words))?.[1] ??
      `Check address and port (${target.address}, ${target.port}), and that sshd runs there.`,
    cause,
  });
}

/** Characters of what the other side said. */
const longestQuote = 120;

/** What sshd says before it closes a connection that it has no room for (its sshd.c), and what to do then. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /^Not allowed at this time/,
    'After failed or abandoned logins sshd turns an address away for a while (PerSourcePenalties): try again in some minutes.',
  ],
  [/^Exceeded MaxStartups/, 'Too many logins are under way there (MaxStartups): try again in a minute.'],
];

/** HOST_AUTH_FAILED where the host would take a key, and whatever holds it did not sign. */
export function unsignedError({ name, user }: SshTarget, key: string, reason: string): ValopsError {
  const message = `"${name}" would let user "${user}" in by ${key}, but nothing signed with that key: ${reason}`;
  return new ValopsError('HOST_AUTH_FAILED', message, {
    hint: 'Plug the token in and touch it when it blinks, or have the agent agree, and try again.',
  });
}

/** HOST_CONNECTION_LOST of a connection that ended without an answer. */
export function connectionLost(target: SshTarget, when: string, cause?: unknown): ValopsError {
  return new ValopsError('HOST_CONNECTION_LOST', `the connection to "${target.name}" was lost ${when}`, {
    hint: 'What the command did before is not known; look at the host before you run it again.',
    cause,
  });
}

function describe(error: Error): string {
  const code = systemErrorCode(error);
  return (code === undefined ? undefined : known[code]) ?? error.message;
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no answer',
};
