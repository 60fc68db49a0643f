import * as z from 'zod/mini';
import { canonicalJson, type JsonValue } from '../lib/canonical-json.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson, readDocument } from '../lib/json-document.ts';
import { sha256 } from './here-document.ts';
import type { Plan } from './plan.ts';
import { checkStep } from './step-script.ts';

const step = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('write'),
    path: z.string(),
    mode: z.string().check(z.regex(/^0?[0-7]{3}$/)),
    content: z.string(),
  }),
  z.strictObject({ step: z.literal('remove'), path: z.string() }),
  z.strictObject({
    step: z.literal('run'),
    argv: z.tuple([z.string()], z.string()),
    input: z.exactOptional(z.string()),
  }),
]);
const id = z.string().check(z.minLength(1), z.maxLength(200));
const change = z.strictObject({
  id,
  summary: z.string(),
  risk: z.enum(['none', 'service', 'access']),
  diff: z.string(),
  do: z.array(step),
  undo: z.array(step),
});
const plan = z.strictObject({
  schema: z.literal('valops/plan/1'),
  job: id,
  host: id,
  createdAt: z.iso.datetime(),
  factsDigest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  changes: z.array(change),
  unchanged: z.array(z.strictObject({ id, reason: z.string() })),
  refusals: z.array(z.strictObject({ rule: id, message: z.string(), hint: z.string() })),
});

/**
 * Reads a saved plan (`--from`): unknown members, unknown steps and steps that cannot be run are
 * refused. `name` is the file, for messages. Throws PLAN_INVALID naming every member that is wrong.
 */
export function parsePlan(bytes: Uint8Array, name: string): Plan {
  const fail = (problem: string, cause?: unknown): ValopsError =>
    new ValopsError('PLAN_INVALID', `"${name}" is not a plan: ${problem}`, {
      hint: 'Give a file that was written with --out, unedited.',
      cause,
    });
  const read = readDocument(plan, bytes, fail, 10);
  for (const one of read.changes) [...one.do, ...one.undo].forEach(checkStep);
  return read;
}

/** The plan as a file: indented JSON, one final newline. */
export function encodePlan(value: Plan): Uint8Array {
  return encodeJson(value);
}

/** Lowercase hex SHA-256 over the plan's canonical JSON: what was reviewed, in one word. */
export function planDigest(value: Plan): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue));
}

/**
 * Compares a saved plan with the one made now. Returns null when applying either is the same thing,
 * else in words what differs.
 */
export function staleness(saved: Plan, current: Plan): string | null {
  if (saved.job !== current.job) return `it was made by "${saved.job}", not by "${current.job}"`;
  if (saved.host !== current.host) return `it was made for "${saved.host}", not for "${current.host}"`;
  if (saved.factsDigest !== current.factsDigest) return 'the host is not as it was when the plan was made';
  if (!sameChanges(saved, current)) return 'the policy or this program is not as it was when the plan was made';
  return null;
}

/** Whether two plans hold the same changes, to the letter. */
export function sameChanges(a: Pick<Plan, 'changes'>, b: Pick<Plan, 'changes'>): boolean {
  const text = ({ changes }: Pick<Plan, 'changes'>): string =>
    canonicalJson(JSON.parse(JSON.stringify(changes)) as JsonValue);
  return text(a) === text(b);
}
