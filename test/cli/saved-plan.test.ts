import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSavedPlan } from '../../src/cli/saved-plan.ts';
import { encodePlan } from '../../src/core/plan-document.ts';
import { createFiles } from '../../src/store/files.ts';
import { makeHosts } from '../support/hosts.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const inventory = {
  'val-1': { address: '192.0.2.11', user: 'ops' },
  'val-2': { address: '2001:db8::12', user: 'ops', port: 2222 },
};

function read(madeFor: string, given: string | undefined): Promise<unknown> {
  const path = join(temporaryDirectory(), 'plan.json');
  const plan = {
    schema: 'valops/plan/1',
    job: 'ssh',
    host: madeFor,
    createdAt: '2026-01-01T00:00:00.000Z',
    factsDigest: 'a'.repeat(64),
    changes: [],
    unchanged: [],
    refusals: [],
  } as const;
  writeFileSync(path, encodePlan(plan));
  return readSavedPlan({ files: createFiles() }, path, makeHosts({ inventory }).hosts, given);
}

describe('the host of a saved plan', () => {
  test.each([
    ['val-1', 'val-1'],
    ['val-1', 'ops@192.0.2.11'],
    ['ops@192.0.2.11:22', 'val-1'],
    ['ops@[2001:DB8:0::12]:2222', 'val-2'],
    ['val-2', 'ops@[2001:db8::12]:2222'],
    ['this machine', undefined],
  ])('made for %s, given %s: the same host', async (made, given) => {
    expect(await read(made, given)).toMatchObject({ host: made });
  });

  test.each([
    [
      'val-1',
      'root@192.0.2.11',
      ['"val-1", which is ops@192.0.2.11:22 here', '"root@192.0.2.11"', 'root@192.0.2.11:22'],
    ],
    ['val-1', 'ops@192.0.2.11:2222', ['ops@192.0.2.11:22 here', 'ops@192.0.2.11:2222']],
    ['val-1', 'val-2', ['"val-1", which is ops@192.0.2.11:22', '"val-2", which is ops@[2001:db8::12]:2222']],
    ['val-9', 'val-1', ['"val-9"', '"val-1"']],
    ['val-1', undefined, ['"val-1"', '"this machine"']],
    ['this machine', 'val-1', ['"this machine"', '"val-1"']],
    ['a host', 'val-1', ['"a host"', '"val-1"']],
  ])('made for %s, given %s: refused, and both are named', async (made, given, named) => {
    const error: unknown = await read(made, given).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'PLAN_STALE', exitStatus: 4 });
    for (const words of named) expect(String(error)).toContain(words);
  });
});
