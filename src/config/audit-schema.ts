import * as z from 'zod/mini';
import { deliverySchema, scheduleSchema } from './audit-delivery-schema.ts';
import { amnesiaSchema, servicesSchema } from './audit-service-schema.ts';
import { isCidr } from './cidr.ts';

const text = z.string().check(
  z.minLength(1),
  z.maxLength(300),
  z.refine((given) => !/\p{Cc}/u.test(given), 'expected one line'),
);
const absolute = z.string().check(z.regex(/^\/[^\n\0]*$/, 'expected an absolute path'));
const word = z.string().check(z.regex(/^[^\s-]\S*$/, 'expected one word, not beginning with "-"'));
const cidr = z.string().check(z.refine((one) => isCidr(one), 'expected an address or a network in CIDR form'));
const severity = z._default(z.enum(['info', 'low', 'medium', 'high', 'critical']), 'medium');
const cadence = z.enum(['weekly', 'monthly', 'quarterly']);
const rpcAddress = z.string().check(
  z.regex(/^https?:\/\/\S+$/, 'expected an address that begins with http:// or https://'),
  z.refine((given) => URL.canParse(given), 'expected an address with a host'),
);
const listName = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected lowercase letters, digits and hyphens'));
const checkWord = z
  .string()
  .check(z.regex(/^[a-z]+\.([a-z0-9][a-z0-9-]*|\*)$/, 'expected the id of a check, or "family.*"'));
const name = (prefix: string): z.core.$ZodCheck<string> =>
  z.regex(new RegExp(`^${prefix}\\.[a-z0-9][a-z0-9-]{0,60}$`), `expected "${prefix}." and a name`);

const manual = z.strictObject({
  id: z.templateLiteral(['manual.', z.string()], 'expected "manual." and a name').check(name('manual')),
  title: text,
  why: z.optional(text),
  severity,
  everyDays: z.int().check(z.gte(1, 'expected days, 1 to 400'), z.lte(400, 'expected days, 1 to 400')),
});

const own = z.strictObject({
  id: z.templateLiteral(['own.', z.string()], 'expected "own." and a name').check(name('own')),
  title: text,
  severity,
  run: z.tuple([word], z.string().check(z.regex(/^[^\0]*$/))),
  expect: z.optional(z.string().check(z.refine(isPattern, 'expected a regular expression'))),
  timeout: z._default(
    z.int().check(z.gte(1, 'expected seconds, 1 to 120'), z.lte(120, 'expected seconds, 1 to 120')),
    10,
  ),
});

const checklist = z.strictObject({
  title: z.optional(text),
  cadence: z.optional(cadence),
  checks: z.optional(z.array(checkWord)),
  manual: z._default(z.array(manual), []),
  own: z._default(z.array(own), []),
});

const waiver = z.strictObject({
  check: checkWord,
  subject: z.string().check(z.minLength(1)),
  reason: text,
  owner: text,
  expires: z.string().check(z.refine(isUtc, 'expected a day, YYYY-MM-DD, or a time in UTC, YYYY-MM-DDTHH:MMZ')),
  hosts: z.optional(z.array(z.string()).check(z.minLength(1))),
});

/** The member `audit` of `valops.yaml`. */
export const auditSchema = z._default(
  z.strictObject({
    profile: z.optional(z.enum(['validator', 'cis-l1', 'ssh-audit'])),
    serviceUsers: z._default(z.array(word), []),
    loginSources: z._default(z.array(cidr), []),
    units: z._default(z.array(word), []),
    keyPlaces: z._default(z.array(absolute), []),
    home: z._default(absolute, '/root/.valops'),
    binariesPrefix: z._default(absolute, '/opt/valops'),
    rpc: z.optional(
      z.strictObject({
        url: rpcAddress,
        network: z.enum(['solana', 'cometbft']),
        genesis: z.optional(word),
        fallbacks: z._default(z.array(rpcAddress).check(z.maxLength(8, 'expected at most 8')), []),
      }),
    ),
    repositories: z._default(z.array(absolute), []),
    services: servicesSchema,
    amnesia: z.optional(amnesiaSchema),
    delivery: z.optional(deliverySchema),
    schedule: z.optional(scheduleSchema),
    checklists: z._default(z.record(listName, checklist), {}),
    waivers: z._default(z.array(waiver), []),
  }),
  {
    serviceUsers: [],
    loginSources: [],
    units: [],
    keyPlaces: [],
    home: '/root/.valops',
    binariesPrefix: '/opt/valops',
    repositories: [],
    services: [],
    checklists: {},
    waivers: [],
  },
);

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'm').source !== '';
  } catch {
    return false;
  }
}

/** A day that exists, alone or with a time in UTC. */
function isUtc(given: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.exec(given);
  if (day === null) return false;
  const time = new Date(day[2] === undefined ? `${given}T00:00:00Z` : given);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === day[1];
}
