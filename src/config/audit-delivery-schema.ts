import * as z from 'zod/mini';

const absolute = z.string().check(z.regex(/^\/[^\n\0]*$/, 'expected an absolute path'));
/** Of what goes into unit files and cron lines, where blanks, quotes, `%` and `$` have a meaning. */
const plainPath = z
  .string()
  .check(z.regex(/^(\/[\w.+@-]+)+$/, 'expected an absolute path of letters, digits and "._+@-"'));
const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);

/** The member `audit.delivery`. */
export const deliverySchema = z.strictObject({
  webhook: z.optional(
    z.strictObject({ urlFile: absolute, when: z._default(z.enum(['changes', 'always']), 'changes') }),
  ),
  textfile: z.optional(z.strictObject({ directory: plainPath })),
  ping: z.optional(z.strictObject({ urlFile: absolute, failOn: z.optional(severity) })),
});

/** The member `audit.schedule`. */
export const scheduleSchema = z.strictObject({
  at: z._default(z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time in UTC, HH:MM')), '04:00'),
  user: z._default(z.string().check(z.regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'expected the name of a user')), 'root'),
  config: z.optional(plainPath),
  program: z.optional(plainPath),
});
