import * as z from 'zod/mini';
import { ValopsError } from '../lib/errors.ts';
import { readDocument } from '../lib/json-document.ts';
import { plainJudgement } from './plain-judgement.ts';
import { plainText } from './plain-text.ts';
import type { AuditReport } from './report.ts';

const count = z.int().check(z.gte(0));
const line = z.pipe(
  z.string(),
  z.transform((text) => plainText(text, 400)),
);
const word = z.string().check(z.regex(/^[a-z0-9][\w.*-]{0,99}$/));
const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);
const optional = z.optional(z.string());
const finding = z.object({
  id: word,
  title: line,
  family: word,
  severity,
  status: z.enum(['pass', 'fail', 'skip', 'unknown', 'due']),
  subject: z.string(),
  expected: optional,
  actual: optional,
  running: optional,
  file: optional,
  evidence: optional,
  remediation: line,
  change: z.optional(z.enum(['new', 'still', 'fixed', 'newly-unknown'])),
  waiver: z.optional(z.object({ reason: line, owner: line, expires: z.iso.datetime() })),
});
const report = z.object({
  schema: z.literal('valops/audit-report/1'),
  checklist: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/)),
  host: line,
  startedAt: z.iso.datetime(),
  durationMs: count,
  summary: z.object({ pass: count, fail: count, skip: count, unknown: count, due: count, waived: count }),
  findings: z.array(finding).check(z.maxLength(20_000)),
  waivers: z.array(
    z.object({
      check: line,
      subject: line,
      reason: line,
      owner: line,
      expires: z.iso.datetime(),
      state: z.enum(['applied', 'unused', 'expired']),
    }),
  ),
  journalHead: z.nullable(z.object({ seq: count, hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)) })),
  policy: z.object({ profile: line, digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  baseline: z.optional(z.object({ digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)), acceptedAt: z.iso.datetime() })),
  tool: line,
});

/**
 * Reads a report as it was stored or carried here; members this version does not know are dropped, and
 * its texts are made harmless again. Throws AUDIT_REPORT_INVALID naming the first members that are wrong.
 */
export function parseReport(bytes: Uint8Array, path: string): AuditReport {
  const fail = (problem: string, cause?: unknown): ValopsError =>
    new ValopsError('AUDIT_REPORT_INVALID', `"${path}" is not a report of an audit: ${problem}`, {
      hint: 'Move it aside: mv FILE FILE.damaged; the others are not affected.',
      cause,
    });
  const read = readDocument(report, bytes, fail, 3) as unknown as AuditReport;
  return { ...read, findings: read.findings.map(plainJudgement) };
}

/** The file of a report: indented JSON, one final newline. */
export function encodeReport(value: AuditReport): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 1)}\n`);
}
