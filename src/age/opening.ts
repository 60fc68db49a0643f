import { journalled, type Journal, type JournalRecord } from '../core/journal.ts';
import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';
import { digestBytes, Tap } from '../lib/digest.ts';
import type { Secret } from '../lib/secret.ts';
import { open, openBytes } from './engine.ts';
import type { Identity } from './identity.ts';

/** A sealed file that a key opened. */
export interface OpenedFile {
  /** As the operator named it. */
  readonly file: string;
  /** Fingerprint of the key, or its source where it has none. */
  readonly key: string;
  /** Of the sealed bytes, lowercase hex; left out when they were not read to their end. */
  readonly sha256?: string;
}

/** The use of private keys in one journalled operation: sealed files are opened through it. */
export interface Opening {
  /** As `openBytes` of the engine. */
  bytes(file: string, sealed: Uint8Array): Promise<Secret>;
  /** As `open` of the engine. */
  stream(file: string, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** What was opened so far, in order. */
  readonly opened: readonly OpenedFile[];
}

/** What the journal says before a key is used. */
export interface OpeningRecord extends JournalRecord {
  /** Names of the sealed files; empty for an operation of another purpose that opens what it made. */
  readonly opens: readonly string[];
}

/**
 * Runs `work` as one journalled operation that may open sealed files. The beginning has the
 * fingerprints of all keys given (`keys`, unless the record has others) and the files
 * (`details.opens`); the outcome, also of a failure, has which key opened which (`details.opened`).
 * Throws what the journal and `work` throw.
 */
export async function journalledOpening<T>(
  journal: Journal,
  { opens, details, ...record }: OpeningRecord,
  identities: readonly Identity[],
  work: (opening: Opening) => Promise<T>,
  summarise: (result: T) => JsonObject = () => ({}),
): Promise<T> {
  const opening = createOpening(identities);
  const opened = (details: JsonObject = {}): JsonObject =>
    withMore(
      details,
      'opened',
      opening.opened.map((one) => ({ ...one })),
    );
  return journalled(
    journal,
    { keys: identities.map(nameOf), ...record, details: withMore(details ?? {}, 'opens', opens) },
    () => work(opening),
    (result) => opened(summarise(result)),
    () => opened(),
  );
}

/** Work that opens further files by keys of its own lists them under the same name. */
function withMore(details: JsonObject, name: 'opens' | 'opened', more: readonly JsonValue[]): JsonObject {
  const listed = details[name];
  return more.length === 0 ? details : { ...details, [name]: [...(Array.isArray(listed) ? listed : []), ...more] };
}

function createOpening(identities: readonly Identity[]): Opening {
  const opened: OpenedFile[] = [];
  /** The identities of one file, which note the one that opened it. */
  function witnessed(file: string): { readonly keys: readonly Identity[]; readonly proven: (sha256: string) => void } {
    let at: number | undefined;
    const keys = identities.map((identity): Identity => ({
      ...identity,
      async unwrapFileKey(stanzas) {
        const fileKey = await identity.unwrapFileKey(stanzas);
        if (fileKey !== null) at = opened.push({ file, key: nameOf(identity) }) - 1;
        return fileKey;
      },
    }));
    return {
      keys,
      proven: (sha256) => {
        const one = at === undefined ? undefined : opened[at];
        if (at !== undefined && one !== undefined) opened[at] = { ...one, sha256 };
      },
    };
  }
  return {
    opened,
    async bytes(file, sealed) {
      const { keys, proven } = witnessed(file);
      const content = await openBytes(sealed, keys);
      proven(digestBytes(sealed).sha256);
      return content;
    },
    async *stream(file, sealed) {
      const { keys, proven } = witnessed(file);
      const tap = new Tap();
      yield* open(tap.through(sealed), keys);
      proven(tap.digest().sha256);
    },
  };
}

function nameOf({ recipient, source }: Identity): string {
  return recipient?.fingerprint ?? source;
}
