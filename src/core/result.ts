import type { JsonValue } from '../lib/canonical-json.ts';

/** A JSON document as printed by `--json`: its schema id names its shape and version. */
export interface Document {
  readonly schema: `valops/${string}/${number}`;
  readonly [member: string]: JsonValue | undefined;
}
