import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A transparency log with one entry, and a publisher with a key: what Sigstore would have made of it. */
export interface TinyLog {
  readonly trustedRoot: Uint8Array;
  /** PEM. */
  readonly publisher: Uint8Array;
  /** A bundle with a message signature; `prehash` of the message, so that no message must be held. */
  message(digest: Uint8Array, signature: Uint8Array): Uint8Array;
  /** A bundle with an in-toto statement, logged as Rekor v2 does since 2026: as a record of what was signed. */
  statement(statement: unknown, changes?: { readonly logged?: 'encoding' | 'payload' | 'nothing' }): Uint8Array;
  readonly key: KeyObject;
}

const der = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export function tinyLog(curve = 'P-256'): TinyLog {
  const log = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publisher = generateKeyPairSync('ec', { namedCurve: curve });
  const logId = sha256(der(log.publicKey));
  const origin = 'log.example';
  const integratedTime = 1_760_000_000;

  function entry(kind: string, version: string, body: unknown): unknown {
    const canonicalizedBody = Buffer.from(JSON.stringify(body));
    const root = sha256(Buffer.of(0), canonicalizedBody).toString('base64');
    const note = `${origin}\n1\n${root}\n`;
    const noted = Buffer.concat([logId.subarray(0, 4), sign('sha256', Buffer.from(note), log.privateKey)]);
    const promise = JSON.stringify({
      body: canonicalizedBody.toString('base64'),
      integratedTime,
      logID: logId.toString('hex'),
      logIndex: 0,
    });
    return {
      logIndex: '0',
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind, version },
      integratedTime: String(integratedTime),
      inclusionPromise: {
        signedEntryTimestamp: sign('sha256', Buffer.from(promise), log.privateKey).toString('base64'),
      },
      inclusionProof: {
        logIndex: '0',
        rootHash: root,
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n— ${origin} ${noted.toString('base64')}\n` },
      },
      canonicalizedBody: canonicalizedBody.toString('base64'),
    };
  }

  function bundle(content: object, entry: unknown): Uint8Array {
    return Buffer.from(
      JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: 'tiny' }, tlogEntries: [entry] },
        ...content,
      }),
    );
  }

  return {
    key: createPrivateKey(publisher.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publisher: Buffer.from(publisher.publicKey.export({ format: 'pem', type: 'spki' })),
    trustedRoot: Buffer.from(
      JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        tlogs: [
          {
            baseUrl: `https://${origin}`,
            hashAlgorithm: 'SHA2_256',
            publicKey: {
              rawBytes: der(log.publicKey).toString('base64'),
              keyDetails: 'PKIX_ECDSA_P256_SHA_256',
              validFor: { start: '2025-01-01T00:00:00Z' },
            },
            logId: { keyId: logId.toString('base64') },
          },
        ],
      }),
    ),
    message: (digest, signature) =>
      bundle(
        {
          messageSignature: {
            messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(digest).toString('base64') },
            signature: Buffer.from(signature).toString('base64'),
          },
        },
        entry('hashedrekord', '0.0.1', {
          apiVersion: '0.0.1',
          kind: 'hashedrekord',
          spec: {
            data: { hash: { algorithm: 'sha256', value: Buffer.from(digest).toString('hex') } },
            signature: { content: Buffer.from(signature).toString('base64') },
          },
        }),
      ),
    statement: (statement, { logged = 'encoding' } = {}) => {
      const payloadType = 'application/vnd.in-toto+json';
      const payload = Buffer.from(JSON.stringify(statement));
      const encoding = Buffer.concat([
        Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
        payload,
      ]);
      const signature = sign('sha256', encoding, publisher.privateKey).toString('base64');
      const digest = sha256({ encoding, payload, nothing: '' }[logged]).toString('base64');
      return bundle(
        { dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature }] } },
        entry('hashedrekord', '0.0.2', {
          apiVersion: '0.0.2',
          kind: 'hashedrekord',
          spec: {
            hashedRekordV002: {
              data: { algorithm: 'SHA2_256', digest },
              signature: {
                content: signature,
                verifier: {
                  publicKey: { rawBytes: der(publisher.publicKey).toString('base64') },
                  keyDetails: 'PKIX_ECDSA_P256_SHA_256',
                },
              },
            },
          },
        }),
      );
    },
  };
}
