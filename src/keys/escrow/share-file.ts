import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson, type JsonObject } from '../../lib/canonical-json.ts';
import { ValopsError } from '../../lib/errors.ts';
import { encodeJson } from '../../lib/json-document.ts';
import { renderLines } from './lines.ts';
import { readShareText } from './share-text.ts';
import { encodeShare, recipientDigestOf, type Share } from './share.ts';

const shape = z.strictObject({
  schema: z.literal('valops/escrow-share/1'),
  set: z.string(),
  index: z.int(),
  threshold: z.int(),
  total: z.int(),
  trustee: z.string().check(z.minLength(1)),
  recipient: z.string().check(z.minLength(1)),
  createdAt: z.iso.datetime(),
  tool: z.string().check(z.minLength(1)),
  lines: z.array(z.string()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** What a share file tells beyond the share: whose it is, and of which key. */
export interface ShareLabel {
  readonly trustee: string;
  /** Recipient line of the key that was split. */
  readonly recipient: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly tool: string;
}

/** A share file: indented JSON of the label and the share's lines, with its own digest. It is secret. */
export function encodeShareFile(share: Share, label: ShareLabel): Uint8Array {
  const bytes = encodeShare(share);
  const { set, index, threshold, total } = share;
  const document = {
    schema: 'valops/escrow-share/1',
    ...{ set, index, threshold, total },
    ...{ trustee: label.trustee, recipient: label.recipient, createdAt: label.createdAt, tool: label.tool },
    lines: renderLines(bytes),
  };
  bytes.wipe();
  return encodeJson({ ...document, sha256: digestOf(document) });
}

/** Reads a share file and proves every member of it. Throws ESCROW_SHARE_INVALID naming what is wrong. */
export function parseShareFile(text: string, name: string): { readonly share: Share; readonly label: ShareLabel } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No cause: the parser quotes the text, which is secret.
    throw invalid(`"${name}" is not a share: its JSON is broken`);
  }
  if (z.object({ schema: z.literal('valops/escrow-set/1') }).safeParse(value).success) {
    throw invalid(`"${name}" is the public record of a set, not a share`);
  }
  const result = shape.safeParse(value);
  if (!result.success) {
    const places = result.error.issues.map(({ path }) => path.join('.') || 'document');
    throw invalid(`"${name}" is not a share: wrong or missing are ${[...new Set(places)].join(', ')}`);
  }
  const { sha256, ...document } = result.data;
  const [share] = readShareText(document.lines.join('\n'), name);
  if (share === undefined) throw invalid(`"${name}" holds no share`);
  const differing = (['set', 'index', 'threshold', 'total'] as const).filter((key) => document[key] !== share[key]);
  if (!Buffer.from(recipientDigestOf(document.recipient)).equals(share.recipientDigest)) {
    throw invalid(`"${name}": its recipient is not the one its lines are bound to`);
  }
  if (differing.length > 0) throw invalid(`"${name}": ${differing.join(', ')} and its lines do not agree`);
  if (sha256 !== digestOf(document)) throw invalid(`"${name}" was altered: its sha256 does not match`);
  const { trustee, recipient, createdAt, tool } = document;
  return { share, label: { trustee, recipient, createdAt, tool } };
}

function digestOf(document: JsonObject): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex');
}

function invalid(message: string): ValopsError {
  return new ValopsError('ESCROW_SHARE_INVALID', message, {
    hint: 'Take another copy of this share, or the share of another trustee.',
  });
}
