import * as z from 'zod/mini';
import { auditSchema } from './audit-schema.ts';
import { isCidr } from './cidr.ts';
import { backupSchema } from './schema-backup.ts';
import { binariesSchema, syncSchema } from './schema-sync.ts';

const name = z.string().check(z.regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'expected letters, digits, ".", "_" and "-"'));
const port = z.int().check(z.gte(1, 'expected a port, 1 to 65535'), z.lte(65_535, 'expected a port, 1 to 65535'));
const line = z.string().check(z.regex(/^[^\s-]\S*$/, 'expected one word, not beginning with "-"'));
const path = z.string().check(z.minLength(1), z.regex(/^[^\n\0]+$/));
const pin = z.string().check(z.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'expected SHA256: and 43 base64 characters'));
const cidr = z.string().check(z.refine((text) => isCidr(text), 'expected an address or a network in CIDR form'));
const service = z.strictObject({ port, proto: z._default(z.enum(['tcp', 'udp']), 'tcp'), name: z.optional(name) });

const host = z.strictObject({
  address: line,
  port: z.optional(port),
  user: z.optional(line),
  key: z.optional(path),
  hostKey: z.optional(
    z.pipe(
      z.union([pin, z.array(pin).check(z.minLength(1))]),
      z.transform((one) => [one].flat()),
    ),
  ),
  jump: z.optional(line),
  groups: z.optional(z.array(name)),
});

/** The schema of `valops.yaml`: every object is strict. */
export const configSchema = z.strictObject({
  hosts: z._default(z.record(name, host), {}),
  ssh: z._default(
    z.strictObject({
      profile: z.optional(name),
      port: z.optional(port),
      allowUsers: z.optional(z.array(line).check(z.minLength(1))),
      override: z._default(
        z.record(
          z.string().check(z.regex(/^[A-Za-z0-9]+$/, 'expected a directive of sshd_config')),
          z.union([z.string(), z.number(), z.boolean()]),
        ),
        {},
      ),
    }),
    { override: {} },
  ),
  firewall: z.optional(
    z.strictObject({
      backend: z.optional(z.enum(['nftables', 'ufw'])),
      management: z._default(z.array(cidr), []),
      public: z._default(z.array(service), []),
      local: z._default(z.array(service), []),
      egressDeny: z._default(z.array(cidr), []),
    }),
  ),
  binaries: z._default(binariesSchema, {}),
  sync: z._default(syncSchema, {}),
  backup: z.optional(backupSchema),
  audit: auditSchema,
});

/** The declared state, as read from `valops.yaml`. */
export type Config = z.infer<typeof configSchema>;
