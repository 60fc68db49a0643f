import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyPlan, type ApplyOptions } from '../../src/core/apply.ts';
import { applyExitStatus } from '../../src/core/apply-report.ts';
import { confirm, rollback } from '../../src/core/guard/end.ts';
import { whenAndWhy } from '../../src/core/guard/rolled-back.ts';
import { guardStatus } from '../../src/core/guard/status.ts';
import type { Host } from '../../src/core/host.ts';
import type { Job } from '../../src/core/job.ts';
import { makePlan } from '../../src/core/plan.ts';
import { encodePlan, parsePlan } from '../../src/core/plan-document.ts';
import { gather } from '../../src/core/gather.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { applyDoors } from '../support/apply-doors.ts';
import { fileJob, type FileJobOptions } from '../support/file-job.ts';
import { temporaryPlace } from '../support/guard-place.ts';
import { shellHost, type ShellHostFaults } from '../support/shell-host.ts';

/** A file that says "before" on a host without systemd, and how to apply to it. */
function trial(more: Partial<FileJobOptions> = {}) {
  const place = temporaryPlace();
  const path = join(place.root, 'setting');
  writeFileSync(path, 'before\n', { mode: 0o644 });
  const doors = applyDoors();
  const job = fileJob({ path, content: 'after\n', ...more });
  const base: ApplyOptions = { confirmWithin: 20, manualConfirm: false, grace: 5, place };
  return {
    place,
    path,
    job,
    doors,
    base,
    content: () => readFileSync(path, 'utf8'),
    apply: (host: Host = shellHost(), options: Partial<ApplyOptions> = {}) =>
      applyPlan(host, job, { ...base, ...options }, doors),
    /** Ends whatever guard was left, so that none outlives the test. */
    end: () => rollback(shellHost(), { actor: 'test', place }).catch(() => undefined),
  };
}

const lost = (): never => {
  throw new ValopsError('HOST_CONNECTION_LOST', 'the connection to "test-host" is gone');
};

describe('an apply that goes well', () => {
  test('is verified over a new login and confirmed; a second run has nothing to do', async () => {
    const { apply, content, doors, place } = trial();
    const report = await apply();
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: true, failure: null });
    expect(content()).toBe('after\n');
    expect(existsSync(join(place.run, `valops-guard-${report.guard?.id}`))).toBe(false);
    expect(await apply()).toMatchObject({ verdict: 'nothing-to-do', guard: null });
    expect(doors.journalled).toMatchObject([
      { action: 'file.apply', details: { changes: ['file'] } },
      { done: { verdict: 'applied', verified: true, confirmed: true } },
    ]);
    const journal = readFileSync(join(place.state, 'guard.jsonl'), 'utf8').trim().split('\n');
    expect(journal.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { action: 'arm', result: 'armed', actor: 'tester@laptop' },
      { action: 'apply', result: 'ok' },
      { action: 'confirm', result: 'confirmed' },
    ]);
    expect(doors.seen.filter(({ kind }) => kind === 'step').map((event) => 'state' in event && event.state)).toEqual([
      'start',
      'done',
      'start',
      'done',
      'start',
      'done',
    ]);
  });

  test('confirmed by hand: stays armed until then', async () => {
    const { apply, content, place } = trial();
    const report = await apply(shellHost(), { manualConfirm: true });
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: false });
    expect(report.now).toContain('valops confirm');
    const status = await guardStatus(shellHost(), place);
    expect(status).toMatchObject({ state: 'armed', job: 'file', applied: 'ok', timer: true, coversReboot: false });
    expect(status.secondsLeft).toBeGreaterThan(5);
    expect(status.secondsLeft).toBeLessThanOrEqual(20);
    await confirm(shellHost(), { actor: 'tester', place });
    expect(await guardStatus(shellHost(), place)).toMatchObject({ state: 'confirmed', secondsLeft: null });
    await expect(confirm(shellHost(), { actor: 'tester', place })).rejects.toMatchObject({ code: 'GUARD_NONE' });
    expect(content()).toBe('after\n');
  });

  test('nobody confirms by hand: the host rolls back by itself', async () => {
    const { apply, content, place } = trial();
    await apply(shellHost(), { manualConfirm: true, confirmWithin: 5 });
    let state = 'armed';
    while (state === 'armed' || state === 'rolling-back') {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ state } = await guardStatus(shellHost(), place));
    }
    expect(state).toBe('rolled-back');
    expect(content()).toBe('before\n');
    await expect(confirm(shellHost(), { actor: 'tester', place })).rejects.toMatchObject({ code: 'GUARD_ROLLED_BACK' });
    const done = await rollback(shellHost(), { actor: 'tester', place });
    expect(done).toMatchObject({ already: true, by: 'guard', applied: 'ok' });
    expect(Math.abs(Date.parse(done.at ?? '') - Date.now())).toBeLessThan(10_000);
    expect(whenAndWhy(done)).toBe(`at ${done.at} by its guard: it was not confirmed in time`);
  });

  test('where one cannot log in anew it is left to the operator', async () => {
    const { apply, end } = trial();
    const host = { ...shellHost(), kind: 'local' as const, reconnect: () => null };
    expect(await apply(host)).toMatchObject({ verdict: 'applied', verified: false, confirmed: false });
    await end();
  });
});

describe('an apply that fails', () => {
  test('a step fails: rolled back, with what it said', async () => {
    const { apply, content } = trial({
      after: [{ step: 'run', argv: ['sh', '-c', 'echo because of this >&2; exit 3'] }],
    });
    const report = await apply();
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, confirmed: false });
    expect(report.failure).toMatchObject({ code: 'APPLY_STEP_FAILED', output: ['because of this'] });
    expect(content()).toBe('before\n');
    expect(applyExitStatus([report])).toBe(5);
  });

  test('the host is not as planned afterwards: rolled back', async () => {
    const { apply, content } = trial({ wanted: 'something else\n' });
    const report = await apply();
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'APPLY_UNVERIFIED' } });
    expect(content()).toBe('before\n');
  });

  test('new logins are refused after the change: rolled back over the old connection', async () => {
    const { apply, content } = trial();
    const refuse = () => {
      if (content() === 'after\n') throw new ValopsError('HOST_AUTH_FAILED', 'no');
    };
    const report = await apply(shellHost(['sh'], { reconnect: refuse }));
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'HOST_AUTH_FAILED' } });
    expect(report.now).not.toContain('No new login');
    expect(content()).toBe('before\n');
  });

  test('the new port never answers: rolled back, seen at the port where sshd served before', async () => {
    const { job, base, doors, content } = trial();
    let cut = false;
    const told = shellHost();
    const host: Host = {
      ...told,
      run: async (request) => {
        if (cut) lost();
        const result = await told.run(request);
        cut = content() === 'after\n';
        return result;
      },
      reconnect: (to) => {
        if (to?.port === 22) return told.reconnect();
        return Promise.reject(new ValopsError('HOST_TIMEOUT', '"test-host" did not answer'));
      },
    };
    const options = { ...base, confirmWithin: 10 };
    const report = await applyPlan(host, { ...job, ports: () => [22] }, options, doors);
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'HOST_TIMEOUT' } });
    expect(content()).toBe('before\n');
  });

  test('no new login leads anywhere: what is true is asked over the connection that is still there', async () => {
    const { apply, content } = trial();
    const report = await apply(shellHost(['sh'], { reconnect: lost }), { confirmWithin: 10 });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'HOST_CONNECTION_LOST' } });
    expect(report.now).toContain('No new login worked since');
    expect(content()).toBe('before\n');
  });

  test('a plan made afterwards would be refused: the facts tell that the host is as before', async () => {
    const { job, base, doors, content } = trial();
    let moved = false;
    const refusals = [{ rule: 'MOVED', message: 'our address is another one', hint: 'Add it.' }];
    const refusing: Job = {
      ...job,
      plan: (...given) => {
        moved ||= content() === 'after\n';
        return moved ? { ...job.plan(...given), changes: [], refusals } : job.plan(...given);
      },
    };
    const report = await applyPlan(shellHost(), refusing, base, doors);
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'APPLY_UNVERIFIED' } });
    expect(content()).toBe('before\n');
  });

  test('a step cannot be undone: unknown, exit 6, naming the step', async () => {
    const { apply } = trial({ wanted: 'something else\n', undo: [{ step: 'run', argv: ['false'] }] });
    const report = await apply();
    expect(report).toMatchObject({ verdict: 'unknown', verified: false });
    expect(report.failure?.output).toEqual(['failed run false: ']);
    expect(report.now).toContain('rollback-failed');
    expect(
      applyExitStatus([{ verdict: 'applied', confirmed: true }, report, { verdict: 'rolled-back', confirmed: false }]),
    ).toBe(6);
  });

  test('the host is gone for good after the change began: unknown, and what to expect of the guard', async () => {
    let gone = false;
    const { apply, end } = trial();
    const faults: ShellHostFaults = {
      before: () => (gone ? lost() : undefined),
      after: (_, number) => {
        if (number === 2) {
          gone = true;
          lost();
        }
      },
      reconnect: () => (gone ? lost() : undefined),
    };
    const report = await apply(shellHost(['sh'], faults), { confirmWithin: 6, grace: 2 });
    expect(report).toMatchObject({ verdict: 'unknown', verified: false, confirmed: false });
    expect(report.now).toMatch(/cannot be reached.*armed until .*Z/);
    await end();
  });

  test('the guard rolls back while a step is still running: no further step is done', async () => {
    const { apply, content, place } = trial({
      before: [{ step: 'run', argv: ['sleep', '60'] }],
      after: [{ step: 'run', argv: ['sh', '-c', 'touch "$0"', '/nonexistent/never'] }],
    });
    const report = await apply(shellHost(), { confirmWithin: 6 });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'APPLY_INTERRUPTED' } });
    expect(content()).toBe('before\n');
    expect(readFileSync(join(place.state, 'guard/current/results'), 'utf8')).not.toContain('failed');
  });
});

describe('one lost connection', () => {
  const scripts = ['gather', 'arm', 'change', 'verify', 'confirm'];
  const moments = scripts.flatMap((script, call) => [
    { script, call, when: 'before' as const },
    { script, call, when: 'after' as const },
  ]);
  test.each(moments)('$when the script $script: what is reported is what is true', async ({ call, when }) => {
    const { apply, content, end, place } = trial();
    const fail = (_: unknown, number: number) => (number === call ? lost() : undefined);
    const outcome = await apply(shellHost(['sh'], { [when]: fail })).then(
      ({ verdict, verified }) => ({ verdict, verified }),
      (error: unknown) => ({ verdict: 'thrown', code: (error as ValopsError).code, touched: call > 1 }),
    );
    expect((await guardStatus(shellHost(), place)).state).not.toBe('armed');
    const truths = {
      'after\n': [{ verdict: 'applied', verified: true }],
      'before\n': [
        { verdict: 'rolled-back', verified: true },
        { verdict: 'thrown', code: 'HOST_CONNECTION_LOST', touched: false },
      ],
    };
    expect(truths[content() as keyof typeof truths]).toContainEqual(outcome);
    await end();
  });
});

describe('refused before anything is touched', () => {
  test('a saved plan that fits is applied; one of another moment, host or policy is stale', async () => {
    const { apply, job, doors, path, content } = trial();
    const snapshot = await gather(shellHost(), job.questions, doors);
    const plan = makePlan(job.name, snapshot, job.plan(snapshot, shellHost().login), new Date());
    const saved = parsePlan(encodePlan(plan), 'plan.json');
    expect(saved).toEqual(plan);
    const stale = { verdict: 'refused', failure: { code: 'PLAN_STALE' }, guard: null };
    expect(await apply(shellHost(), { saved: { ...saved, host: 'another' } })).toMatchObject(stale);
    expect(await apply(shellHost(), { saved: { ...saved, changes: [] } })).toMatchObject(stale);
    writeFileSync(path, 'edited meanwhile\n');
    expect(await apply(shellHost(), { saved })).toMatchObject(stale);
    expect(content()).toBe('edited meanwhile\n');
    writeFileSync(path, 'before\n');
    expect(await apply(shellHost(), { saved })).toMatchObject({ verdict: 'applied' });
  });

  test('declined; rehearsal failed', async () => {
    const { apply, base, job, doors, content, place } = trial();
    expect(await apply(shellHost(), { approve: async () => false })).toMatchObject({ verdict: 'refused' });
    const rehearse = async () => {
      throw new ValopsError('GUARD_REHEARSAL_FAILED', 'the canary refused the login');
    };
    const report = await applyPlan(shellHost(), { ...job, rehearse }, base, doors);
    expect(report).toMatchObject({ verdict: 'refused', failure: { code: 'GUARD_REHEARSAL_FAILED' } });
    expect(applyExitStatus([report])).toBe(4);
    expect(content()).toBe('before\n');
    expect(existsSync(place.state)).toBe(false);
  });

  test('another change awaits its confirmation: busy, naming who, what and until when', async () => {
    const { apply, base, doors, place, end } = trial();
    await apply(shellHost(), { manualConfirm: true });
    const other = fileJob({ path: join(place.root, 'other'), content: 'x\n' });
    const report = await applyPlan(shellHost(), other, base, doors);
    expect(report).toMatchObject({ verdict: 'refused', failure: { code: 'GUARD_BUSY' } });
    expect(report.failure?.message).toMatch(
      /unfinished "file" of tester@laptop: armed until 2\d{3}-.*Z, \d+ s from now/,
    );
    expect(existsSync(join(place.root, 'other'))).toBe(false);
    await end();
  });

  test('a plan that was made with refusals lists all of them', async () => {
    const { base, doors, job } = trial();
    const refusals = ['A', 'B'].map((rule) => ({ rule, message: `rule ${rule}`, hint: `do ${rule}` }));
    const refusing = { ...job, plan: () => ({ changes: [], unchanged: [], refusals, restsOn: [] }) };
    const report = await applyPlan(shellHost(), refusing, base, doors);
    expect(report).toMatchObject({ verdict: 'refused', failure: { code: 'PLAN_REFUSED' } });
    expect(report.failure?.message).toContain('rule A (A); rule B (B)');
  });
});
