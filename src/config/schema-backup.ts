import { resolve } from 'node:path';
import * as z from 'zod/mini';

const word = z.string().check(z.regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'expected letters, digits, ".", "_" and "-"'));
const path = z.string().check(z.minLength(1), z.regex(/^[^\n\0]+$/, 'expected a path'));
const recipient = z.string().check(z.regex(/^[^\n\0]+$/, 'expected a recipient or the name of a recipients file'));
const count = z.int().check(z.gte(1, 'expected a whole number of at least 1'));
const units = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const span = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,3}[hdw]$/, 'expected a duration such as 36h, 35d or 5w')),
  z.transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]),
);

const identity = z.strictObject({
  kind: word,
  place: path,
  card: z.optional(path),
  sealed: z.optional(path),
  state: z._default(z.array(path), []),
});

/** The section `backup:` of `valops.yaml`. */
export const backupSchema = z.strictObject({
  identities: z._default(z.array(identity), []),
  include: z._default(z.array(path), []),
  recipients: z._default(
    z.strictObject({
      host: z._default(z.array(recipient), []),
      offline: z._default(z.array(recipient), []),
      escrow: z._default(z.array(recipient), []),
    }),
    { host: [], offline: [], escrow: [] },
  ),
  to: z._default(z.array(path), []),
  keep: z._default(z.strictObject({ count: z._default(count, 12), days: z._default(count, 400) }), {
    count: 12,
    days: 400,
  }),
  drill: z._default(
    z.strictObject({
      classes: z._default(z.array(z.enum(['host', 'offline', 'escrow'])), ['offline']),
      every: z._default(span, 35 * units.d),
    }),
    { classes: ['offline'], every: 35 * units.d },
  ),
});

type BackupSection = z.infer<typeof backupSchema>;

/**
 * The backup policy that a configuration declares, in the shape of `BackupPolicy`: defaults filled in,
 * durations in milliseconds, paths (those of recipients files too) absolute, relative ones below `base`.
 */
export function backupPolicy(config: { readonly backup?: BackupSection | undefined }, base: string): BackupSection {
  const section = config.backup ?? backupSchema.parse({});
  const at = (name: string): string => resolve(base, name);
  const recipients = (list: readonly string[]): string[] => list.map((one) => (isFileName(one) ? at(one) : one));
  return {
    ...section,
    identities: section.identities.map((one) => ({
      ...one,
      place: at(one.place),
      card: one.card === undefined ? undefined : at(one.card),
      sealed: one.sealed === undefined ? undefined : at(one.sealed),
    })),
    include: section.include.map(at),
    recipients: {
      host: recipients(section.recipients.host),
      offline: recipients(section.recipients.offline),
      escrow: recipients(section.recipients.escrow),
    },
    to: section.to.map(at),
  };
}

/** A secret key that was written down by mistake is no file name: it must not get into a message about one. */
function isFileName(text: string): boolean {
  return !/^\s*(age1|age-|ssh-|ecdsa-|sk-|-----)/i.test(text);
}
