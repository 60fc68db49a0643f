import { ValopsError } from '../../lib/errors.ts';
import { keyType, trustOf, type HostKeyTrust } from './host-key.ts';
import type { KnownHosts } from './known-hosts.ts';
import type { SshTarget } from './target.ts';

/** Signature algorithms of ssh2, by the key type they sign with. */
const algorithms: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * Connects by `attempt` so that the host shows the key we know. A host has one key of each type
 * and shows that of the first type we offer. By known_hosts the type is known and goes first; a
 * pin is a digest that tells no type, so that after a mismatch the other types are tried too.
 */
export async function hostKeyAttempts<T>(
  target: SshTarget,
  knownHosts: KnownHosts,
  attempt: (trust: HostKeyTrust, algorithms: readonly string[]) => Promise<T>,
): Promise<T> {
  const trust = trustOf(target, knownHosts);
  const known = trust.types.filter((type) => algorithms[type] !== undefined);
  let types = [...known, ...Object.keys(algorithms).filter((type) => !known.includes(type))];
  let first: unknown;
  for (;;) {
    let shown: string | undefined;
    let accepted = false;
    const noting: HostKeyTrust = {
      ...trust,
      judge(blob) {
        shown = keyType(blob);
        const refusal = trust.judge(blob);
        accepted = refusal === null;
        return refusal;
      },
    };
    try {
      return await attempt(
        noting,
        types.flatMap((type) => algorithms[type] ?? []),
      );
    } catch (error) {
      first ??= error;
      const mismatch = error instanceof ValopsError && error.code === 'HOST_KEY_CHANGED' && shown !== undefined;
      types = types.filter((type) => type !== shown);
      // past the host key, what went wrong then is what matters
      if (accepted) throw error;
      if (!mismatch || target.hostKeys.length === 0 || types.length === 0) throw first;
    }
  }
}
