/**
 * A JSON document as printed by `--json`: its schema id names its shape and version. Members must
 * serialise to JSON; they are typed loosely because interfaces carry no index signature.
 */
export interface Document {
  readonly schema: `valops/${string}/${number}`;
  readonly [member: string]: unknown;
}
