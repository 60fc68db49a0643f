import { generateKey } from '../../src/age/keygen.ts';
import { readSecretKey, type SecretKey } from '../../src/age/secret-key.ts';
import { deal } from '../../src/keys/escrow/deal.ts';
import { renderLines } from '../../src/keys/escrow/lines.ts';
import { encodeShare, type Share } from '../../src/keys/escrow/share.ts';
import { ValopsError, type ErrorCode } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from './age-doors.ts';

/** A new age key, taken apart. */
export async function makeSecretKey(postQuantum = false): Promise<SecretKey> {
  const { file } = await generateKey({ postQuantum, createdAt: new Date(0) });
  return readSecretKey(
    file.use((bytes) => bytes.slice()),
    {
      name: 'a key',
      plugins: noDoors(),
      passphrase: async () => Secret.fromText(''),
    },
  );
}

/** The shares of a new set of a new key. */
export async function makeShares(threshold: number, total: number): Promise<readonly Share[]> {
  return deal(await makeSecretKey(), threshold, total);
}

/** A share as its page has it. */
export function linesOf(share: Share): readonly string[] {
  return renderLines(encodeShare(share));
}

/** What a ValopsError says that `work` throws. */
export async function refusal(
  work: () => unknown,
): Promise<{ readonly code: ErrorCode | 'none'; readonly message: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ValopsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

/** All choices of `size` out of `items`, in their order. */
export function choices<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) => choices(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]));
}
