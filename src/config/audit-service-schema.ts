import * as z from 'zod/mini';

const absolute = z.string().check(z.regex(/^\/[^\n\0]*$/, 'expected an absolute path'));
const word = z.string().check(z.regex(/^[^\s-]\S*$/, 'expected one word, not beginning with "-"'));
const httpPath = z.string().check(z.regex(/^\/[\x21-\x7E]*$/, 'expected a path that begins with "/"'));
const whole = (least: number, most: number, what: string): z.ZodMiniNumberFormat =>
  z
    .int()
    .check(z.gte(least, `expected ${what}, ${least} to ${most}`), z.lte(most, `expected ${what}, ${least} to ${most}`));

const mebibyte = 1024 * 1024;

/** As in the hardening lists of the services that these checks were written for. */
const usual = {
  body: mebibyte,
  ratio: 10,
  inflated: 8 * mebibyte,
  timeout: 5,
  inflight: 512,
  rate: 500,
  burst: 200,
  openFiles: 65_536,
};

const caps = z._default(
  z.strictObject({
    body: z._default(whole(1, 64 * mebibyte, 'bytes'), usual.body),
    ratio: z._default(whole(1, 1000, 'a ratio'), usual.ratio),
    inflated: z._default(whole(1, 256 * mebibyte, 'bytes'), usual.inflated),
    timeout: z._default(whole(1, 120, 'seconds'), usual.timeout),
    inflight: z._default(whole(1, 1_000_000, 'requests'), usual.inflight),
    rate: z._default(whole(1, 1_000_000, 'requests a second'), usual.rate),
    burst: z._default(whole(0, 1_000_000, 'requests'), usual.burst),
    openFiles: z._default(whole(64, 1_000_000_000, 'files'), usual.openFiles),
  }),
  usual,
);

const service = z
  .strictObject({
    name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected lowercase letters, digits and hyphens')),
    url: z.optional(
      z
        .string()
        .check(
          z.refine(isOrigin, 'expected http://HOST:PORT or https://HOST:PORT, without a path, a user or a password'),
        ),
    ),
    socket: z.optional(absolute),
    unit: z.optional(word),
    readyPath: z._default(httpPath, '/readyz'),
    bodyPath: z._default(httpPath, '/'),
    sample: z._default(z.string().check(z.maxLength(4096)), '{}'),
    caps,
    ca: z.optional(z.string().check(z.regex(/^[^\n\0]+$/, 'expected a path'))),
  })
  .check(
    z.refine(({ url, socket }) => (url === undefined) !== (socket === undefined), 'expected one of "url" and "socket"'),
  );

/** The member `audit.services` of `valops.yaml`. */
export const servicesSchema = z._default(
  z.array(service).check(
    z.refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'expected each name only once'),
    z.maxLength(20),
  ),
  [],
);

/** The member `audit.amnesia` of `valops.yaml`. */
export const amnesiaSchema = z.strictObject({
  places: z.array(absolute).check(z.minLength(1)),
  volatileJournal: z._default(z.boolean(), true),
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && pathname === '/' && search + hash + username + password === '';
}
