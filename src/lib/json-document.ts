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
