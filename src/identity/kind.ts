import type { Context } from '../core/context.ts';
import type { Secret } from '../lib/secret.ts';
import type { JsonObject } from '../lib/canonical-json.ts';

/** The public half of an identity, as it goes on the card. */
export interface PublicIdentity {
  /** The name by which the network knows it, in the kind's own notation. */
  readonly publicId: string;
  /** Raw public key, lowercase hex; empty for a kind whose key only its generator understands. */
  readonly publicKey: string;
  /** Further public facts of this kind, for example `{ nodeId }` of cometbft. */
  readonly extra?: JsonObject;
}

/** What `generate` made: the exact bytes to seal, and what they stand for. */
export interface GeneratedIdentity {
  /** Exactly the file(s) the validator expects; a tar archive for kinds of several files. */
  readonly payload: Secret;
  readonly identity: PublicIdentity;
  /** BIP39 words the key was derived from, when they were asked for. */
  readonly words?: Secret;
}

/** One file of a restored identity. */
export interface PlacedFile {
  /** Path below the target directory; `''` when the target is the file itself. */
  readonly path: string;
  readonly bytes: Secret;
  readonly mode: number;
  /** `keep`: an existing file of this name is left as it is (double-sign state is never reset). */
  readonly existing: 'compare' | 'keep';
}

/** An option of `identity generate` that only one kind understands. */
export interface KindOption {
  /** As commander spells it, for example `--words <COUNT>`. */
  readonly flags: string;
  readonly description: string;
}

/** Values of the kind's own options, by camel-cased flag name. */
export type KindOptions = Readonly<Record<string, string | boolean | undefined>>;

/** A format of validator key pair. One file in `kinds/` each; the id equals the file name. */
export interface Kind {
  readonly id: string;
  /** What the sealed payload is, in one line. */
  readonly payload: string;
  /** `file`: `--to` is the file; `directory`: `--to` is the validator's home directory. */
  readonly target: 'file' | 'directory';

  /**
   * Makes a new identity from `context.randomBytes` (or, for `command`, from the validator's own
   * generator). Throws USAGE for options it cannot use, IDENTITY_GENERATOR_FAILED,
   * IDENTITY_WORDS_INVALID.
   */
  generate(context: Context, options: KindOptions): Promise<GeneratedIdentity>;

  /**
   * Derives the public half from a payload again, from the secret alone: redundant public data
   * inside the payload is checked, not trusted. `claimed` is what the card says; only a kind
   * whose key cannot be derived uses it. Throws IDENTITY_PAYLOAD_INVALID.
   */
  derive(payload: Uint8Array, claimed?: PublicIdentity): PublicIdentity;

  /** The files which a restore puts in place. Throws IDENTITY_PAYLOAD_INVALID. */
  place(payload: Uint8Array): readonly PlacedFile[];

  /**
   * The payload read back from a restored target, for comparison: `read` answers the bytes of a
   * path that `place` gave, or null. Null when nothing is there.
   */
  collect(read: (path: string) => Uint8Array | null): Secret | null;

  /**
   * Where a validator of this kind remembers what it signed: paths below the target directory, or
   * below the directory of the target file; `*` within a name. Absent for kinds that sign nothing.
   */
  readonly state?: (identity: PublicIdentity) => readonly string[];
}

/** What is known of a kind without loading its code: `identity kinds` and `--help` need no more. */
export interface KindSummary {
  readonly id: string;
  readonly title: string;
  /** How its public ids look. */
  readonly publicIdForm: string;
  readonly payload: string;
  readonly options: readonly KindOption[];
}
