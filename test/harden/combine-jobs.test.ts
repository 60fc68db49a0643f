import { expect, test } from 'vitest';
import type { Question } from '../../src/core/fact.ts';
import type { Job } from '../../src/core/job.ts';
import { combineJobs } from '../../src/harden/combine-jobs.ts';
import { caseLogin, stockSnapshot } from '../firewall/snapshot.ts';

const question = (id: Question<unknown>['id'], title: string): Question<unknown> => ({
  id,
  family: 'system',
  title,
  script: () => 'true',
  privileged: false,
  timeout: 5,
  parse: () => null,
});

test('questions once, the first of them; changes in order; refusals of all; each rehearses', async () => {
  const rehearsed: string[] = [];
  const job = (name: string): Job => ({
    name,
    questions: [question('system.shared', name), question(`system.${name}`, name)],
    plan: () => ({
      changes: [{ id: name, summary: name, risk: 'none', diff: '', do: [], undo: [] }],
      unchanged: [{ id: `${name}.kept`, reason: 'as it was' }],
      refusals: [{ rule: name, message: name, hint: '' }],
      restsOn: ['system.shared', `system.${name}`],
      ...(name === 'one' ? { compared: { 'system.one': 'settled' } } : {}),
    }),
    ...(name === 'one' ? {} : { ports: () => [22, 2222] }),
    rehearse: async () => void rehearsed.push(name),
  });
  const combined = combineJobs('both', [job('one'), job('two')]);
  expect(combined.questions.map(({ id, title }) => `${id} ${title}`)).toEqual([
    'system.shared one',
    'system.one one',
    'system.two two',
  ]);
  const planned = combined.plan(stockSnapshot(), caseLogin);
  expect(planned.changes.map(({ id }) => id)).toEqual(['one', 'two']);
  expect(planned.refusals.map(({ rule }) => rule)).toEqual(['one', 'two']);
  expect(planned.restsOn).toEqual(['system.shared', 'system.one', 'system.two']);
  expect(planned.compared).toEqual({ 'system.one': 'settled' });
  expect(combined.ports?.(stockSnapshot())).toEqual([22, 2222]);
  await combined.rehearse?.({} as never, {} as never);
  expect(rehearsed).toEqual(['one', 'two']);
});
