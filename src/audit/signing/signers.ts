import { base64 } from '@scure/base';
import { fingerprintOf } from '../../age/recipient.ts';
import { readSshPublicKey } from '../../age/ssh-public-key.ts';
import { ValopsError } from '../../lib/errors.ts';
import { hostFileName } from '../host-file-name.ts';
import { reportNamespace } from './report-signature.ts';

/** That a key may sign the reports of a host. */
export interface Signer {
  /** The host as ALLOWED SIGNERS of ssh-keygen(1) can name it: `hostFileName`. */
  readonly principal: string;
  /** As SSH sends it (RFC 4253, section 6.6). */
  readonly publicKey: Uint8Array;
  /** `SHA256:…`. */
  readonly fingerprint: string;
}

/** A key pinned for a host. */
export function signerOf(host: string, publicKey: Uint8Array): Signer {
  return { principal: hostFileName(host), publicKey, fingerprint: fingerprintOf(publicKey) };
}

/**
 * Reads the file of pinned keys, in the format ALLOWED SIGNERS of ssh-keygen(1), of which it takes
 * hosts without patterns, `namespaces` and Ed25519 keys. Anything else could mean that fewer are
 * allowed than we think, hence AUDIT_STATE_INVALID with the line.
 */
export function parseSigners(bytes: Uint8Array, path: string): readonly Signer[] {
  const lines = new TextDecoder('utf-8').decode(bytes).split('\n');
  return lines.flatMap((line, index): readonly Signer[] => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    try {
      return parseLine(line.trim());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'not understood';
      throw new ValopsError('AUDIT_STATE_INVALID', `"${path}" line ${index + 1}: ${reason}`, {
        hint: `A line is: HOST namespaces="${reportNamespace}" ssh-ed25519 KEY`,
        cause,
      });
    }
  });
}

function parseLine(line: string): readonly Signer[] {
  const match = /^(\S+)[ \t]+(?:namespaces="([^"]*)"[ \t]+)?ssh-ed25519[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t].*)?$/.exec(
    line,
  );
  const [, hosts = '', namespaces, key = ''] = match ?? [];
  if (match === null) throw new Error('not a host and an ssh-ed25519 key, with no option but namespaces');
  if (/[*?!"]/.test(hosts)) throw new Error('hosts are named without patterns');
  if (namespaces !== undefined && !namespaces.split(',').includes(reportNamespace)) return [];
  const { material, blob } = readSshPublicKey(base64.decode(key));
  if (material.type !== 'ssh-ed25519') throw new Error('the key is of another type');
  return hosts.split(',').map((principal) => ({ principal, publicKey: blob, fingerprint: fingerprintOf(blob) }));
}

/** The line of a pinned key; `at` is said in its comment. */
export function signerLine({ principal, publicKey }: Signer, at: Date): string {
  return `${principal} namespaces="${reportNamespace}" ssh-ed25519 ${base64.encode(publicKey)} pinned ${at.toISOString()}\n`;
}
