import { createHmac } from 'node:crypto';

/** What known_hosts says about one host. */
export interface KnownHostKeys {
  /** Public key blobs. */
  readonly trusted: readonly Uint8Array[];
  readonly revoked: readonly Uint8Array[];
  /** Whether a certificate authority is named for it. */
  readonly authorities: boolean;
  /** `file:line` of the trusted keys. */
  readonly places: readonly string[];
}

export interface KnownHosts {
  /** By `address`, `[address]:port` where the port is not 22, or an alias. */
  lookup(name: string): KnownHostKeys;
}

interface Line {
  readonly marker: string | undefined;
  readonly patterns: string;
  readonly blob: Uint8Array;
  readonly place: string;
}

/**
 * Reads files in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": plain, hashed, bracketed
 * and wildcard names, negation, `@revoked`, `@cert-authority`. Lines that are none are skipped, as
 * OpenSSH does.
 */
export function parseKnownHosts(files: readonly { readonly path: string; readonly text: string }[]): KnownHosts {
  const lines = files.flatMap(({ path, text }) =>
    text.split(/\r?\n/).flatMap((line, index) => parseLine(line, `${path}:${index + 1}`)),
  );
  return {
    lookup(name) {
      const hits = lines.filter(({ patterns }) => matches(patterns, name.toLowerCase()));
      const trusted = hits.filter(({ marker }) => marker === undefined);
      return {
        trusted: trusted.map(({ blob }) => blob),
        revoked: hits.filter(({ marker }) => marker === '@revoked').map(({ blob }) => blob),
        authorities: hits.some(({ marker }) => marker === '@cert-authority'),
        places: trusted.map(({ place }) => place),
      };
    },
  };
}

function parseLine(line: string, place: string): readonly Line[] {
  const words = line.trim().split(/[ \t]+/);
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return [];
  const marker = words[0].startsWith('@') ? words.shift() : undefined;
  const [patterns, type, base64] = words;
  if (patterns === undefined || type === undefined || base64 === undefined) return [];
  const blob = Buffer.from(base64, 'base64');
  // the type is said twice: outside and inside of the blob
  if (blob.length < 4 + type.length || blob.toString('latin1', 4, 4 + type.length) !== type) return [];
  return [{ marker, patterns, blob, place }];
}

function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) return matchesHash(patterns, name);
  const list = patterns.toLowerCase().split(',');
  if (list.some((pattern) => pattern.startsWith('!') && glob(pattern.slice(1), name))) return false;
  return list.some((pattern) => !pattern.startsWith('!') && glob(pattern, name));
}

/** `|1|salt|hash|`: HMAC-SHA1 of the name under the salt, both in base64. */
function matchesHash(pattern: string, name: string): boolean {
  const [, version, salt, hash] = pattern.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function glob(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
