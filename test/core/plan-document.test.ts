import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { encodePlan, parsePlan, planDigest, staleness } from '../../src/core/plan-document.ts';

const plan: Plan = {
  schema: 'valops/plan/1',
  job: 'ssh',
  host: 'val-1',
  createdAt: '2026-01-02T03:04:05.678Z',
  factsDigest: 'a'.repeat(64),
  changes: [
    {
      id: 'ssh.drop-in',
      summary: 'write the drop-in',
      risk: 'access',
      diff: '+ x',
      do: [
        { step: 'write', path: '/etc/ssh/x', mode: '0600', content: 'x\n' },
        { step: 'run', argv: ['sshd', '-t'], input: 'y' },
      ],
      undo: [{ step: 'remove', path: '/etc/ssh/x' }],
    },
  ],
  unchanged: [{ id: 'ssh.keys', reason: 'fine' }],
  refusals: [],
};
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test('what is saved is what is read, with the same digest', () => {
  const read = parsePlan(encodePlan(plan), 'plan.json');
  expect(read).toEqual(plan);
  expect(planDigest(read)).toBe(planDigest(plan));
  expect(staleness(read, { ...plan, createdAt: '2027-01-01T00:00:00.000Z' })).toBeNull();
});

describe('a document that was tampered with or is none is PLAN_INVALID, naming the member', () => {
  const [change] = plan.changes;
  const withStep = (step: unknown): unknown => ({ ...plan, changes: [{ ...change, do: [step] }] });
  test.each<[string, Uint8Array, string]>([
    ['not JSON', new Uint8Array([0xff, 0xfe]), 'not JSON'],
    ['another document', bytes({ schema: 'valops/facts/1' }), 'schema'],
    ['an unknown member', bytes({ ...plan, sudo: true }), 'sudo'],
    ['an unknown step', bytes(withStep({ step: 'eval', code: 'id' })), 'changes.0.do.0'],
    ['a step with more than it has', bytes(withStep({ step: 'remove', path: '/x', recursive: true })), 'recursive'],
    ['a program without a name', bytes(withStep({ step: 'run', argv: [] })), 'changes.0.do.0.argv'],
    ['a setuid mode', bytes(withStep({ step: 'write', path: '/x', mode: '4755', content: '' })), 'mode'],
    ['a relative path', bytes(withStep({ step: 'remove', path: 'x' })), 'not absolute'],
    ['a digest that is none', bytes({ ...plan, factsDigest: 'abc' }), 'factsDigest'],
  ])('%s', (_, document, word) => {
    expect(() => parsePlan(document, 'plan.json')).toThrow(
      expect.objectContaining({ code: 'PLAN_INVALID', message: expect.stringContaining(word) }),
    );
  });
});

test.each<[string, Partial<Plan>]>([
  ['job', { job: 'firewall' }],
  ['host', { host: 'val-2' }],
  ['facts', { factsDigest: 'b'.repeat(64) }],
  ['changes', { changes: [] }],
])('a plan is stale when it differs in %s', (_, other) => {
  expect(staleness({ ...plan, ...other }, plan)).not.toBeNull();
});
