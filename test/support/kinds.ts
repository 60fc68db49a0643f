import { expect } from 'vitest';
import { ValopsError } from '../../src/lib/errors.ts';
import type { Secret } from '../../src/lib/secret.ts';
import type { Kind } from '../../src/identity/kind.ts';

/** ASCII or UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A copy of a secret's bytes. */
export function bytesOf(secret: Secret): Uint8Array {
  return secret.use((bytes) => Uint8Array.from(bytes));
}

/**
 * The ValopsError with which `work` is refused. Asserts the form of its message and hint, and that
 * neither it nor its causes repeat any of `secrets`. Any other error goes on; none fails the test.
 */
export async function refusalOf(work: () => unknown, secrets: readonly string[] = []): Promise<ValopsError> {
  const error = await thrownBy(work);
  expect(error.message).not.toMatch(/\.$|^[A-Z]/);
  expect(error.hint).toBeDefined();
  let said = '';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    said += `${at.message}\n${at instanceof ValopsError ? at.hint : ''}\n${at.stack}\n`;
  }
  for (const secret of secrets) expect(said).not.toContain(secret);
  return error;
}

async function thrownBy(work: () => unknown): Promise<ValopsError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ValopsError) return error;
    throw error;
  }
  throw new Error('expected an error, got none');
}

/** The payload after a restore to an imaginary target and back. */
export function placeAndCollect(kind: Kind, payload: Uint8Array): Uint8Array | null {
  const target = new Map(kind.place(payload).map((file) => [file.path, bytesOf(file.bytes)]));
  const collected = kind.collect((path) => target.get(path) ?? null);
  return collected === null ? null : bytesOf(collected);
}
