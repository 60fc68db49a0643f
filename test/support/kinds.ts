import { expect } from 'vitest';
import { ValopsError } from '../../src/lib/errors.ts';
import type { ErrorCode } from '../../src/lib/errors.ts';
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

/** The ValopsError which `work` throws; fails the test for anything else, and for none. */
export async function errorOf(work: () => unknown): Promise<ValopsError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ValopsError) return error;
    throw error;
  }
  throw new Error('expected an error, got none');
}

/** Asserts the error code, and that neither the error nor its causes repeat any of `secrets`. */
export async function expectError(
  work: () => unknown,
  code: ErrorCode,
  secrets: readonly string[] = [],
): Promise<ValopsError> {
  const error = await errorOf(work);
  expect(error.code).toBe(code);
  expect(error.message).not.toMatch(/\.$|^[A-Z]/);
  expect(error.hint).toBeDefined();
  let said = '';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    said += `${at.message}\n${at instanceof ValopsError ? at.hint : ''}\n${at.stack}\n`;
  }
  for (const secret of secrets) expect(said).not.toContain(secret);
  return error;
}

/** The payload after a restore to an imaginary target and back. */
export function placeAndCollect(kind: Kind, payload: Uint8Array): Uint8Array | null {
  const target = new Map(kind.place(payload).map((file) => [file.path, bytesOf(file.bytes)]));
  const collected = kind.collect((path) => target.get(path) ?? null);
  return collected === null ? null : bytesOf(collected);
}
