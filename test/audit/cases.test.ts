import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beside } from '../../src/audit/across-hosts.ts';
import type { Check } from '../../src/audit/check.ts';
import { checks } from '../../src/audit/checks/registry.ts';
import type { Judgement } from '../../src/audit/finding.ts';
import type { AuditPolicy } from '../../src/audit/policy.ts';
import type { Answer, Fact, Snapshot } from '../../src/core/fact.ts';
import { auditPolicy } from '../support/audit-policy.ts';

/**
 * `cases/<check id>/<what it shows>.json`: what a host answered to each question of the check (recorded
 * from real machines where the name says so; `answers` may be `{"@": "<file in ../answers>"}`), the
 * policy (or `{"@": …}`) where it is not the default, and the judgements that must come out, by subject.
 */
interface Case {
  readonly answers: Readonly<Record<string, Partial<Answer> | { readonly unknown: string } | { readonly '@': string }>>;
  readonly policy?: Partial<AuditPolicy> | { readonly '@': string };
  /** What the other hosts of the run answered, by name, for checks that look across hosts. */
  readonly others?: Readonly<Record<string, Case['answers']>>;
  readonly judgements: readonly Partial<Judgement>[];
}

function policyOf({ policy = {} }: Case): AuditPolicy {
  if (!('@' in policy)) return auditPolicy(policy);
  const text = readFileSync(join(import.meta.dirname, 'answers', policy['@']), 'utf8');
  return auditPolicy(JSON.parse(text) as Partial<AuditPolicy>);
}

const folder = join(import.meta.dirname, 'cases');

function factOf(check: Check, policy: AuditPolicy, id: string, given: Case['answers'][string]): Fact<unknown> {
  if ('unknown' in given) return { known: false, reason: given.unknown };
  const question = check.questions(policy).find((one) => one.id === id);
  if (question === undefined) throw new Error(`${check.id} does not ask ${id}`);
  const answer: Partial<Answer> =
    '@' in given ? { stdout: readFileSync(join(import.meta.dirname, 'answers', given['@']), 'utf8') } : given;
  try {
    return { known: true, value: question.parse({ exitCode: 0, stdout: '', stderr: '', ...answer }) };
  } catch (error) {
    return { known: false, reason: (error as Error).message };
  }
}

/** Every question of a case is answered, and nothing else is: a fake that is honest about its facts. */
function snapshotOf(check: Check, policy: AuditPolicy, answers: Case['answers'], name = 'val-1'): Snapshot {
  const asked = check.questions(policy).map(({ id }) => id);
  expect(Object.keys(answers).toSorted()).toEqual([...new Set(asked)].toSorted());
  return {
    name,
    gatheredAt: '2026-11-22T00:00:00.000Z',
    roundTrips: 1,
    login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
    facts: Object.fromEntries(Object.entries(answers).map(([id, given]) => [id, factOf(check, policy, id, given)])),
  };
}

describe.each(checks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  const files = readdirSync(join(folder, id)).toSorted();

  test.each(files)('%s', (file) => {
    const one = JSON.parse(readFileSync(join(folder, id, file), 'utf8')) as Case;
    const policy = policyOf(one);
    const others = Object.entries(one.others ?? {}).map(([name, answers]) => snapshotOf(check, policy, answers, name));
    const [asked = check] = others.length === 0 ? [] : beside([check], others);
    const judged = asked.judge(snapshotOf(check, policy, one.answers), policy);
    expect(judged).toMatchObject(one.judgements);
    expect(judged).toHaveLength(one.judgements.length);
  });

  test('has cases that pass, fail and are unknown', () => {
    const statuses = files.flatMap((file) =>
      (JSON.parse(readFileSync(join(folder, id, file), 'utf8')) as Case).judgements.map(({ status }) => status),
    );
    expect(new Set(statuses)).toEqual(new Set([...statuses, 'pass', 'fail', 'unknown']));
  });
});

test('every file in checks/ is in its registry, under its own name', () => {
  const families = readdirSync(join(import.meta.dirname, '../../src/audit/checks'), { withFileTypes: true });
  const files = families
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(import.meta.dirname, '../../src/audit/checks', name))
        .filter((file) => file !== 'registry.ts')
        .map((file) => `${name}.${file.slice(0, -3)}`),
    );
  expect(checks.map((check) => check.id as string).toSorted()).toEqual(files.toSorted());
  expect(readdirSync(folder).toSorted()).toEqual(files.toSorted());
});
