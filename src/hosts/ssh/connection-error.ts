import { systemErrorCode, ValopsError } from '../../lib/errors.ts';
import type { Step } from './steps.ts';
import type { SshTarget } from './target.ts';
import type { UserKey } from './user-keys.ts';

/** What a connection that failed in a step is reported as; `cause` is absent when the other side just closed it. */
export function connectionError(
  target: SshTarget,
  step: Step,
  cause: Error | undefined,
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
  const reason = cause === undefined ? 'the other side closed the connection' : describe(cause);
  return new ValopsError('HOST_UNREACHABLE', `"${target.name}" cannot be reached (step: ${step}): ${reason}`, {
    hint: `Check address and port (${target.address}, ${target.port}), and that sshd runs there.`,
    cause,
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
