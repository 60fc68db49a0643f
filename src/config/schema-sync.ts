import * as z from 'zod/mini';

const release = ['name', 'version', 'os', 'arch', 'target'] as const;
const beside = [...release, 'artifact'] as const;
/** Words after `sync` that are commands, and names that the layout of a prefix uses itself. */
const taken = ['pin', 'status', 'verify', 'fetch', 'rollback', 'prune', 'export', 'import', 'bin'];
/** Other bits have no place on a program that everybody on the host may look at. */
const modes = ['0755', '0555', '0750', '0550', '0700', '0500', '0644', '0444', '0640', '0440', '0600', '0400'];

const text = z.string().check(z.minLength(1, 'expected text'), z.regex(/^[^\n\0]*$/, 'expected one line'));
/** Text with `{placeholders}`, of which only some have a meaning. */
function template(known: readonly string[], placeholders = /\{([^{}]*)\}/g): z.ZodMiniString {
  return text.check(({ value, issues }) => {
    const unknown = [...value.matchAll(placeholders)].find(([, word = '']) => !known.includes(word));
    if (unknown === undefined) return;
    const message = `has the unknown placeholder "${unknown[0]}"; known: ${known.map((word) => `{${word}}`).join(' ')}`;
    issues.push({ code: 'custom', message, input: value });
  });
}
const word = template(release);
const side = template(beside);
/** Of a command: braces that hold anything but one word are its own, as in JSON, and so is `${x}` of a shell. */
const argument = template(release, /(?<!\$)\{([a-z]+)\}/g);
const absolute = text.check(z.regex(/^\//, 'expected a path that begins with "/"'));
const inside = word.check(
  z.refine(
    (path) => path.split('/').every((step) => !['', '.', '..'].includes(step)),
    'expected a path that stays below the release',
  ),
);
const webAddress = word.check(z.regex(/^https?:\/\//, 'expected an address that begins with https://'));
/** Versions that may be declared, and hence pinned: they become names of directories and parts of addresses. */
export const version = text.check(
  z.regex(/^[0-9A-Za-z][0-9A-Za-z.+_~-]{0,99}$/, 'expected a version: letters, digits, ".", "+", "_", "~" and "-"'),
);
const name = z.string().check(
  z.regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'expected letters, digits, ".", "_" and "-"'),
  z.refine((given) => !taken.includes(given), `a binary cannot be called ${taken.map((one) => `"${one}"`).join(', ')}`),
);
const fingerprint = text.check(
  z.regex(
    /^(?:[0-9A-Fa-f]{4} *){10}$|^[0-9A-Fa-f]{64}$/,
    'expected the whole fingerprint of the primary key, 40 or 64 hex digits',
  ),
);
const threshold = z.optional(z.int().check(z.gte(1, 'expected at least 1')));
const duration = z.union([
  z.int().check(z.gte(1)),
  text.check(z.regex(/^\d{1,5}(s|m)$/, 'expected a duration, for example 30s')),
]);
const mode = z.union([
  z.string().check(z.refine((bits) => modes.includes(bits.padStart(4, '0')), `expected one of ${modes.join(', ')}`)),
  z
    .int()
    .check(
      z.refine(
        (bits) => modes.includes(String(bits).padStart(4, '0')),
        `expected one of ${modes.join(', ')}, in quotes`,
      ),
    ),
]);

const source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('github'),
    repository: text.check(z.regex(/^[\w.-]+\/[\w.-]+$/, 'expected OWNER/NAME')),
    tag: z.optional(word),
    asset: word,
    api: z.optional(webAddress),
    tokenFile: z.optional(text),
  }),
  z.strictObject({ type: z.literal('https'), url: webAddress }),
  z.strictObject({ type: z.literal('directory'), path: word, file: word }),
  z.strictObject({ type: z.literal('ssh'), host: text, path: word }),
  z.strictObject({ type: z.literal('bundle'), path: text }),
]);

const platform = z.enum(['linux-x64', 'linux-arm64']);
const member = z.union([
  word,
  z.strictObject({ path: word, install: z.optional(inside), mode: z.optional(mode) }),
  // of a bare file, which has no path inside of itself
  z.strictObject({ install: inside, mode: z.optional(mode) }),
]);

/** Who made a bundle is told by certificates, or by a key: one of both has to be pinned. */
const proofs = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sha256sums'), file: side }),
  z.strictObject({
    type: z.literal('openpgp'),
    signatures: z.array(z.union([side, z.strictObject({ file: side, over: z.optional(side) })])).check(z.minLength(1)),
    keys: z.array(text).check(z.minLength(1)),
    signers: z.array(fingerprint).check(z.minLength(1)),
    threshold,
  }),
  z.strictObject({
    type: z.literal('minisign'),
    signature: side,
    over: z.optional(side),
    signers: z
      .array(text.check(z.regex(/^[A-Za-z0-9+/=]{56}$/, 'expected a public key as minisign prints it, 56 characters')))
      .check(z.minLength(1)),
    threshold,
  }),
  z.strictObject({
    type: z.literal('signify'),
    signature: side,
    over: z.optional(side),
    signers: z.array(text).check(z.minLength(1)),
    threshold,
  }),
  z.strictObject({
    type: z.literal('sigstore'),
    bundle: side,
    over: z.optional(side),
    trustedRoot: text,
    signers: z.optional(z.array(z.strictObject({ identity: word, issuer: text })).check(z.minLength(1))),
    key: z.optional(text),
    threshold,
  }),
  z.strictObject({
    type: z.literal('github-attestation'),
    bundle: side,
    trustedRoot: text,
    signers: z
      .array(
        z.strictObject({
          repository: text.check(z.regex(/^[\w.-]+\/[\w.-]+$/, 'expected OWNER/NAME')),
          workflow: word,
        }),
      )
      .check(z.minLength(1)),
    predicateType: z.optional(text),
    threshold,
  }),
]);

const verify = proofs.check(
  z.refine(
    (given) => given.type !== 'sigstore' || (given.signers === undefined) !== (given.key === undefined),
    'expected either "signers" or "key"',
  ),
);

const argv = z.array(argument).check(z.minLength(1));
const command = z.union([
  argv,
  z.strictObject({ run: argv, expect: z.optional(argument), timeout: z.optional(duration) }),
]);

const binary = z.strictObject({
  version,
  platforms: z.optional(
    z.union([
      z.array(platform).check(z.minLength(1)),
      z.partialRecord(
        platform,
        z.strictObject({ os: z.optional(text), arch: z.optional(text), target: z.optional(text) }),
      ),
    ]),
  ),
  prefix: z.optional(absolute),
  source,
  archive: z.optional(
    z.strictObject({
      format: z.optional(z.enum(['auto', 'bare'])),
      members: z.array(member).check(z.minLength(1)),
    }),
  ),
  verify: z.optional(z.array(verify)),
  check: z.optional(command),
  health: z.optional(command),
  restart: z.optional(command),
  minimum: z.optional(version),
});

/** `binaries:` of `valops.yaml`. What it reads it also writes: shorthands stay as they are. */
export const binariesSchema = z.record(name, binary);

/** `sync:` of `valops.yaml`. */
export const syncSchema = z.strictObject({
  prefix: z.optional(absolute),
  keep: z.optional(z.int().check(z.gte(2, 'expected at least 2: the active release and the one before'))),
  ca: z.optional(text),
});

/** One binary as it is written in `valops.yaml`. */
export type BinaryConfig = z.infer<typeof binary>;
