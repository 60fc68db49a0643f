import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addPlanOptions, readPlanOptions } from '../../src/cli/plan-options.ts';
import { renderApply, renderPlan } from '../../src/cli/text/plan.ts';
import type { Plan } from '../../src/core/plan.ts';
import { plainStyle } from '../../src/ui/style.ts';

const parse = (...words: readonly string[]) => {
  const command = addPlanOptions(new Command().exitOverride());
  return readPlanOptions(command.parse([...words], { from: 'user' }).opts());
};

test('defaults; a plan that is saved is not applied', () => {
  expect(parse()).toEqual({
    planOnly: false,
    out: undefined,
    from: undefined,
    confirmWithin: 120,
    manualConfirm: false,
    yes: false,
  });
  expect(parse('--out', 'p.json')).toMatchObject({ planOnly: true, out: 'p.json' });
  expect(parse('--from', 'p.json', '--yes')).toMatchObject({ planOnly: false, from: 'p.json', yes: true });
});

test.each([
  ['10', 10],
  ['90s', 90],
  ['2m', 120],
  ['1h', 3600],
])('--confirm-within %s', (text, seconds) => {
  expect(parse('--confirm-within', text).confirmWithin).toBe(seconds);
});

test.each(['9s', '2h', '0', '-5', '1.5m', 'soon', '', '120ms', '99999'])('--confirm-within "%s" is refused', (text) => {
  expect(() => parse(`--confirm-within=${text}`)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test.each([
  ['--out', 'a', '--from', 'b'],
  ['--plan', '--from', 'b'],
])('%s %s %s: exclude each other', (...words) => {
  expect(() => parse(...words.filter((word) => word !== undefined))).toThrow(
    expect.objectContaining({ code: 'USAGE' }),
  );
});

const plan: Plan = {
  schema: 'valops/plan/1',
  job: 'ssh',
  host: 'val-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  factsDigest: 'a'.repeat(64),
  changes: [
    { id: 'ssh.drop-in', summary: 'write it', risk: 'access', diff: '+ X no\u001b[2J\n- X yes\n', do: [], undo: [] },
  ],
  unchanged: [{ id: 'ssh.keys', reason: 'all are strong' }],
  refusals: [{ rule: 'LOCKOUT_NO_KEY', message: 'no key', hint: 'Add one.' }],
};

test('a plan as text: changes with risk and diff, what stays and why, refusals, a summary', () => {
  expect(renderPlan(plan, plainStyle(false))).toMatchInlineSnapshot(`
    "val-1: ssh
    ~ ssh.drop-in: write it [logins could be cut off; runs under the guard]
        + X no?[2J
        - X yes
    = ssh.keys: all are strong
    refused (LOCKOUT_NO_KEY): no key
        Add one.
    1 change, 1 unchanged, 1 refusal
    "
  `);
});

test('the end of an apply as text', () => {
  const report = {
    schema: 'valops/apply/1',
    job: 'ssh',
    host: 'val-1',
    plan,
    guard: null,
    confirmed: false,
    failure: { code: 'APPLY_STEP_FAILED', message: 'a step failed', hint: 'Look.', output: ['it said', 'this'] },
    remains: [],
    now: '"val-1" is as it was before.',
    verdict: 'rolled-back',
    verified: false,
  } as const;
  expect(renderApply(report, plainStyle(false))).toMatchInlineSnapshot(`
    "val-1: rolled-back (not verified)
      a step failed (APPLY_STEP_FAILED)
      | it said
      | this
      "val-1" is as it was before.
      hint: Look.
    "
  `);
});
