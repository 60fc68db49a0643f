import * as z from 'zod/mini';

const meta = z.object({
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  job: z.string(),
  planDigest: z.string(),
  actor: z.string(),
  seconds: z.int(),
});

/** Who armed a guard, for what, for how long. */
export type GuardMeta = z.infer<typeof meta>;

const unknown: GuardMeta = { id: '', job: 'unknown', planDigest: '', actor: 'unknown', seconds: 0 };

/** Reads the JSON line that was saved beside a guard. What cannot be read is `unknown`. */
export function guardMeta(line: string): GuardMeta {
  try {
    const result = meta.safeParse(JSON.parse(line));
    return result.success ? result.data : unknown;
  } catch {
    return unknown;
  }
}
