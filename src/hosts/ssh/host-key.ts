import { createHash } from 'node:crypto';
import { ValopsError } from '../../lib/errors.ts';
import type { KnownHosts } from './known-hosts.ts';
import type { SshTarget } from './target.ts';

/** `SHA256:…` of a public key blob, unpadded base64 as OpenSSH prints it. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The key type a public key blob begins with (RFC 4253, 6.6), for example `ssh-ed25519`. */
export function keyType(blob: Uint8Array): string {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  return bytes.length < 4 ? '' : bytes.toString('latin1', 4, 4 + Math.min(bytes.readUInt32BE(0), 64));
}

/** Decides on the key which a host offers. */
export interface HostKeyTrust {
  /** Key types for which a key is known; empty when any may come. */
  readonly types: readonly string[];
  /**
   * Null when the key is the host's, else the refusal: HOST_KEY_UNKNOWN, or HOST_KEY_CHANGED,
   * which it also is for a revoked key.
   */
  judge(blob: Uint8Array): ValopsError | null;
}

/** Trust by the pins of a target or, where it has none, by known_hosts. */
export function trustOf(target: SshTarget, knownHosts: KnownHosts): HostKeyTrust {
  const entries = knownHosts.lookup(target.knownAs);
  const types = target.hostKeys.length > 0 ? [] : entries.trusted.map(keyType);
  return {
    types: [...new Set(types)],
    judge(blob) {
      const offered = fingerprint(blob);
      const what = `"${target.name}" offers the ${keyType(blob)} key ${offered}`;
      if (entries.revoked.some((one) => Buffer.compare(one, blob) === 0)) {
        return changed(`${what}, which known_hosts marks as revoked`);
      }
      if (target.hostKeys.length > 0) {
        if (target.hostKeys.includes(offered)) return null;
        return changed(`${what}, expected ${target.hostKeys.join(' or ')}`);
      }
      if (entries.trusted.some((one) => Buffer.compare(one, blob) === 0)) return null;
      if (entries.trusted.length > 0) {
        const expected = entries.trusted.map((one) => `${keyType(one)} ${fingerprint(one)}`).join(' or ');
        return changed(`${what}, expected ${expected} of ${entries.places.join(', ')}`);
      }
      const authority = entries.authorities ? '; its certificate authority in known_hosts is not supported' : '';
      return new ValopsError('HOST_KEY_UNKNOWN', `${what}, and no key of it is known${authority}`, {
        hint: `Compare on the host's console with: ssh-keygen -lf ${keyFile(keyType(blob))} - then pin it: hostKey: ${offered} in valops.yaml, or --ssh-host-key ${offered}`,
      });
    },
  };
}

function changed(message: string): ValopsError {
  return new ValopsError('HOST_KEY_CHANGED', message, {
    hint: 'Somebody may stand in between. Find out on the host itself why its key changed before you pin the new one.',
  });
}

function keyFile(type: string): string {
  const kind = type.startsWith('ecdsa') ? 'ecdsa' : type.includes('rsa') ? 'rsa' : 'ed25519';
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
