import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64 } from '@scure/base';
import * as z from 'zod/mini';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson } from '../lib/json-document.ts';

/** A key as CometBFT knows it: seed and public key of 32 bytes, address of 20 (CometBFT spec, "Address"). */
export interface CometbftKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
}

const privateKey = z.strictObject({ type: z.literal('tendermint/PrivKeyEd25519'), value: z.string() });
const publicKey = z.strictObject({ type: z.literal('tendermint/PubKeyEd25519'), value: z.string() });
const validatorFile = z.strictObject({ address: z.string(), pub_key: publicKey, priv_key: privateKey });
const nodeFile = z.strictObject({ priv_key: privateKey });
const stateFile = z.strictObject({ height: z.literal('0'), round: z.literal(0), step: z.literal(0) });

/** The last-sign state of a validator that never signed, byte for byte as `cometbft init` writes it. */
export const pristineState = new TextEncoder().encode(
  JSON.stringify({ height: '0', round: 0, step: 0 } satisfies z.infer<typeof stateFile>, undefined, 2),
);

/** Public key and address of a seed; the seed is kept by reference. */
export function cometbftKey(seed: Uint8Array): CometbftKey {
  const point = ed25519.getPublicKey(seed);
  return { seed, publicKey: point, address: sha256(point).slice(0, 20) };
}

/** `priv_validator_key.json`, byte for byte as CometBFT v0.38 and v1.0 write it. */
export function renderValidatorKey(key: CometbftKey): Uint8Array {
  const file: z.infer<typeof validatorFile> = {
    address: upperHex(key.address),
    pub_key: { type: 'tendermint/PubKeyEd25519', value: base64.encode(key.publicKey) },
    priv_key: renderPrivateKey(key),
  };
  return new TextEncoder().encode(JSON.stringify(file, undefined, 2));
}

/** `node_key.json`, byte for byte as CometBFT writes it: one line without a line end. */
export function renderNodeKey(key: CometbftKey): Uint8Array {
  const file: z.infer<typeof nodeFile> = { priv_key: renderPrivateKey(key) };
  return new TextEncoder().encode(JSON.stringify(file));
}

/**
 * The key in a `priv_validator_key.json`, derived from its seed. Throws IDENTITY_PAYLOAD_INVALID
 * when the public key or the address beside it is another one. The caller wipes the seed.
 */
export function parseValidatorKey(name: string, bytes: Uint8Array): CometbftKey {
  const file = parse(name, bytes, validatorFile);
  const key = parsePrivateKey(name, file.priv_key.value);
  if (file.pub_key.value !== base64.encode(key.publicKey)) throw disagrees(name, 'pub_key.value');
  if (file.address !== upperHex(key.address)) throw disagrees(name, 'address');
  return key;
}

/** The key in a `node_key.json`, derived from its seed. Throws IDENTITY_PAYLOAD_INVALID. The caller wipes the seed. */
export function parseNodeKey(name: string, bytes: Uint8Array): CometbftKey {
  return parsePrivateKey(name, parse(name, bytes, nodeFile).priv_key.value);
}

/** Throws IDENTITY_PAYLOAD_INVALID unless the state is that of a validator which never signed. */
export function checkPristineState(name: string, bytes: Uint8Array): void {
  parse(name, bytes, stateFile);
}

/** Go's ed25519.PrivateKey: the seed followed by the public key, base64. */
function renderPrivateKey(key: CometbftKey): z.infer<typeof privateKey> {
  return { type: 'tendermint/PrivKeyEd25519', value: base64.encode(Uint8Array.of(...key.seed, ...key.publicKey)) };
}

function parsePrivateKey(name: string, value: string): CometbftKey {
  let bytes: Uint8Array;
  try {
    bytes = base64.decode(value);
  } catch {
    throw invalid(name, 'priv_key.value is not base64');
  }
  try {
    if (bytes.length !== 64) throw invalid(name, `priv_key.value has ${bytes.length} bytes, expected 64`);
    const key = cometbftKey(bytes.slice(0, 32));
    if (key.publicKey.some((byte, at) => byte !== bytes[32 + at]))
      throw disagrees(name, 'second half of priv_key.value');
    return key;
  } finally {
    bytes.fill(0);
  }
}

/** Reports paths only, and no parser's error as cause: both parsers may quote values. */
function parse<T extends z.ZodMiniType>(name: string, bytes: Uint8Array, schema: T): z.infer<T> {
  let json: unknown;
  try {
    json = decodeJson(bytes);
  } catch {
    throw invalid(name, 'not a JSON document');
  }
  const result = z.safeParse(schema, json);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join('.') ?? '';
  throw invalid(name, path === '' ? 'missing or unknown members' : `unexpected "${path}"`);
}

function disagrees(name: string, what: string): ValopsError {
  return invalid(name, `${what} is not that of the secret key`);
}

function invalid(name: string, problem: string): ValopsError {
  return new ValopsError('IDENTITY_PAYLOAD_INVALID', `"${name}": ${problem}`, {
    hint: 'Check that it is the file as written by CometBFT, with an ed25519 key.',
  });
}

function upperHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
