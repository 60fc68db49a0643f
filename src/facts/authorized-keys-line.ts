import { createHash } from 'node:crypto';

/** One key of an authorized_keys file, without its material. */
export interface AuthorizedKey {
  /** From 1. */
  readonly line: number;
  /** As written, for example `ssh-ed25519`, `sk-ssh-ed25519@openssh.com`. */
  readonly type: string;
  /** Size of an RSA or DSA modulus or of the curve; null for a type that is not known. */
  readonly bits: number | null;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  readonly comment: string;
  /**
   * As written, for example `from="10.0.0.0/8"`, `restrict`, `cert-authority`; a value may hold commas.
   * The value of a variable in `environment="NAME=…"` is left out: it may be a secret.
   */
  readonly options: readonly string[];
}

const curves: Readonly<Record<string, number>> = {
  'ssh-ed25519': 256,
  'sk-ssh-ed25519@openssh.com': 256,
  'ecdsa-sha2-nistp256': 256,
  'sk-ecdsa-sha2-nistp256@openssh.com': 256,
  'ecdsa-sha2-nistp384': 384,
  'ecdsa-sha2-nistp521': 521,
};

/**
 * Reads an authorized_keys file (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Empty lines and comments
 * are left out; `unreadable` has the numbers of lines which are neither these nor a key.
 */
export function readAuthorizedKeys(text: string): {
  readonly keys: readonly AuthorizedKey[];
  readonly unreadable: readonly number[];
} {
  const lines = text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
  const read = lines.map(({ content, line }) => ({ line, key: readKey(content, line) }));
  return {
    keys: read.flatMap(({ key }) => (key === null ? [] : [key])),
    unreadable: read.flatMap(({ key, line }) => (key === null ? [line] : [])),
  };
}

const keyPattern = /^([a-z0-9][\w.@-]*)\s+([A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$/;

function readKey(content: string, line: number): AuthorizedKey | null {
  const plain = readMaterial(content);
  const optionsEnd = plain === null ? endOfOptions(content) : 0;
  const key = plain ?? readMaterial(content.slice(optionsEnd).trimStart());
  return key === null ? null : { line, ...key, options: splitOptions(content.slice(0, optionsEnd)) };
}

function readMaterial(text: string): Omit<AuthorizedKey, 'line' | 'options'> | null {
  const [, type = '', base64 = '', comment = ''] = keyPattern.exec(text) ?? [];
  const blob = Buffer.from(base64, 'base64');
  const fields = readFields(blob);
  // the material names its type itself (RFC 4253, section 6.6); a word that merely looks like a key does not
  if (type === '' || fields[0]?.toString('latin1') !== type) return null;
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type, bits: sizeOf(type, fields), fingerprint: `SHA256:${digest}`, comment };
}

/** Length-prefixed fields (RFC 4251, section 5) as far as they are whole. */
function readFields(blob: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length;) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) break;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function sizeOf(type: string, fields: readonly Buffer[]): number | null {
  const modulus = type === 'ssh-rsa' ? fields[2] : type === 'ssh-dss' ? fields[1] : undefined;
  if (modulus === undefined || modulus.length === 0) return curves[type] ?? null;
  return BigInt(`0x${modulus.toString('hex')}`).toString(2).length;
}

/** Options end at the first blank outside of double quotes. */
function endOfOptions(content: string): number {
  let quoted = false;
  for (let at = 0; at < content.length; at++) {
    const char = content.charAt(at);
    if (char === '\\' && content.charAt(at + 1) === '"') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(char)) return at;
  }
  return content.length;
}

function splitOptions(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^",]|"(?:\\"|[^"])*")+/g)].map(([option]) =>
    option.replace(/^(environment="[^=]*=).*(?=")/is, '$1…'),
  );
}
