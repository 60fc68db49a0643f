/** Reads JSON from UTF-8 bytes. Throws what `TextDecoder` and `JSON.parse` throw: TypeError, SyntaxError. */
export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** A document as a file: indented JSON, one final newline. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of zod: members that no schema names are told in `keys`. */
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** What a schema found wrong, in one line: `member.of.it: message; …`, the first `most`. */
export function wrongMembers(issues: readonly Issue[], most = Infinity): string {
  return issues
    .slice(0, most)
    .map((issue) => `${issue.path.join('.') || 'document'}: ${problemOf(issue)}`)
    .join('; ');
}

function problemOf({ code, keys, message }: Issue): string {
  return code === 'unrecognized_keys' && keys !== undefined ? `unknown member "${keys.join('", "')}"` : message;
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

/**
 * Reads a document of a schema. What is wrong with it is told to `fail`, which makes the error that is thrown: `not
 * JSON`, or the first `most` members.
 */
export function readDocument<T>(
  schema: Schema<T>,
  bytes: Uint8Array,
  fail: (problem: string, cause?: unknown) => Error,
  most?: number,
): T {
  let value: unknown;
  try {
    value = decodeJson(bytes);
  } catch (cause) {
    throw fail('not JSON', cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw fail(wrongMembers(result.error.issues, most));
}
