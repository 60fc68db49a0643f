import { createHash } from 'node:crypto';
import { SshReader, sshString } from '../../age/ssh-wire.ts';

const magic = 'SSHSIG';
const version = 1;
const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';

/** What a signature says of itself; nothing of it is proven. */
export interface Sshsig {
  /** The public key as SSH sends it (RFC 4253, section 6.6). */
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  /** Of the signature inside, for example `ssh-ed25519`. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

/** Armour as `ssh-keygen -Y sign` writes it (OpenSSH, PROTOCOL.sshsig): lines of 70 characters, a final line end. */
export function encodeSshsig({ publicKey, namespace, hash, algorithm, signature }: Sshsig): string {
  const blob = Buffer.concat([
    Buffer.from(magic),
    uint32(version),
    sshString(publicKey),
    sshString(namespace),
    sshString(''),
    sshString(hash),
    sshString(Buffer.concat([sshString(algorithm), sshString(signature)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** Reads the armour. Throws a plain Error for anything that is not one whole signature of version 1. */
export function decodeSshsig(text: string): Sshsig {
  const body = text.trim();
  if (!body.startsWith(begin) || !body.endsWith(end)) throw new Error('no SSH signature');
  const encoded = body.slice(begin.length, -end.length).replaceAll(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw new Error('not base64');
  const reader = new SshReader(Buffer.from(encoded, 'base64'));
  if (reader.take(magic.length).toString('latin1') !== magic) throw new Error('no SSH signature');
  const found = reader.uint32();
  if (found !== version) throw new Error(`version ${found}, expected ${version}`);
  const publicKey = reader.string();
  const namespace = reader.text();
  // reserved, to be ignored by verifiers, and part of nothing that is signed but itself
  if (reader.string().length > 0) throw new Error('a reserved part that is not empty');
  const hash = reader.text();
  if (hash !== 'sha256' && hash !== 'sha512') throw new Error(`unknown hash "${hash}"`);
  const inner = new SshReader(reader.string());
  if (reader.remaining > 0) throw new Error('data after the signature');
  const algorithm = inner.text();
  const signature = inner.string();
  if (inner.remaining > 0) throw new Error('data after the signature');
  return { publicKey, namespace, hash, algorithm, signature };
}

/** The bytes that are signed for a message (OpenSSH, PROTOCOL.sshsig, section 3). */
export function signedBytes({ namespace, hash }: Pick<Sshsig, 'namespace' | 'hash'>, message: Uint8Array): Uint8Array {
  const digest = createHash(hash).update(message).digest();
  return Buffer.concat([Buffer.from(magic), sshString(namespace), sshString(''), sshString(hash), sshString(digest)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
