import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Baseline, BaselineState } from '../../src/audit/baseline/document.ts';
import { encodeBaseline } from '../../src/audit/baseline/file.ts';
import { storedBaselines } from '../../src/audit/baseline/stored.ts';
import { acceptOne } from '../../src/cli/audit-baseline-accept.ts';
import { readBaselines } from '../../src/cli/audit-baseline-state.ts';
import type { Context } from '../../src/core/context.ts';
import { resolveHome } from '../../src/config/home.ts';
import { createFiles } from '../../src/store/files.ts';
import { createJournal } from '../../src/store/journal.ts';
import { makeContext, type TestContext } from '../support/context.ts';
import { makeHome } from '../support/home.ts';

interface Stage extends TestContext {
  readonly path: string;
  readonly journal: string;
  readonly asked: string[];
  state(): Promise<BaselineState | undefined>;
  /** Accepts a host with these users, as `baseline accept` does. */
  accept(users: readonly string[], yes?: boolean): ReturnType<typeof acceptOne>;
}

const now = (users: readonly string[]): Baseline => ({
  schema: 'valops/audit-baseline/1',
  host: 'val-1',
  acceptedAt: '2026-11-22T00:00:00.000Z',
  acceptedBy: 'ops',
  tool: 'valops 0.1.0',
  sections: {
    accounts: {
      known: true,
      entries: users.map((name) => ({ key: `user ${name}`, value: 'uid 1', file: '/etc/passwd:1' })),
    },
    keys: { known: false, reason: 'needs root' },
  },
});

/** Real files and a real journal. `answer`: what the person says. */
function stage(answer = true, doors: Partial<Context> = {}): Stage {
  const home = resolveHome({ VALOPS_HOME: makeHome() });
  const files = createFiles();
  const journal = join(home.path, 'journal.jsonl');
  const asked: string[] = [];
  const made = makeContext({
    home,
    files,
    machine: { hostname: () => 'laptop' } as Context['machine'],
    journal: createJournal({
      path: journal,
      lockPath: join(home.path, 'journal.lock'),
      files,
      clock: { now: () => new Date('2026-11-22T00:00:00Z') },
      actor: 'ops',
      host: 'laptop',
      tool: 'valops test',
      onRepair: () => undefined,
    }),
    prompt: {
      require: () => undefined,
      secret: () => Promise.reject(new Error('not asked')),
      text: () => Promise.reject(new Error('not asked')),
      yes: ({ message }) => {
        asked.push(message);
        return Promise.resolve(answer);
      },
    },
    ...doors,
  });
  const state = async (): Promise<BaselineState | undefined> =>
    (await readBaselines(made.context, ['val-1'])).get('val-1');
  return {
    ...made,
    path: join(home.path, 'audit/baselines/val-1.json'),
    journal,
    asked,
    state,
    accept: async (users, yes = true) =>
      acceptOne(made.context, 'val-1', { now: now(users), state: await state() }, yes),
  };
}

describe('accepting', () => {
  test('stores the baseline 0600 and its digest in the journal', async () => {
    const { accept, state, path, journal, context } = stage();
    expect(await state()).toBeUndefined();
    expect(await accept(['root'])).toMatchObject({ result: { outcome: 'accepted' } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // a backup takes it along
    expect(storedBaselines(context)).toEqual([path]);
    const accepted = await state();
    expect(accepted).toMatchObject({ state: 'accepted', baseline: now(['root']) });
    const digest = accepted?.state === 'accepted' ? accepted.digest : '';
    expect(readFileSync(journal, 'utf8').match(new RegExp(digest, 'g'))).toHaveLength(1);
  });

  test('again says in the journal how much came, went and changed', async () => {
    const { accept, state, journal } = stage();
    await accept(['root']);
    await accept(['root', 'eve']);
    expect(await state()).toMatchObject({ baseline: now(['root', 'eve']) });
    expect(readFileSync(journal, 'utf8')).toContain('"added":1,"changed":0');
  });

  test('shows what differs before it asks; a no changes nothing', async () => {
    const { accept, state, events, asked } = stage(false);
    expect(await accept(['root'], false)).toMatchObject({ error: { code: 'INTERRUPTED' } });
    expect(asked).toEqual(['Is this how val-1 should be?']);
    const said = events.map((event) => ('message' in event ? event.message : '')).join('\n');
    expect(said).toContain('+ user root: uid 1  /etc/passwd:1');
    expect(said).toContain('keys cannot be looked at and will not pass later: needs root');
    expect(await state()).toBeUndefined();
  });

  test('of somebody else meanwhile is not replaced', async () => {
    const { accept, context, state } = stage();
    await accept(['root']);
    const seen = await state();
    await accept(['root', 'new']);
    const late = await acceptOne(context, 'val-1', { now: now(['root', 'eve']), state: seen }, true);
    expect(late).toMatchObject({ error: { code: 'AUDIT_BASELINE_REFUSED' } });
    expect(await state()).toMatchObject({ state: 'accepted', baseline: now(['root', 'new']) });
  });
});

describe('a baseline is believed only as the journal has it', () => {
  test('one that was rewritten, and one that is gone', async () => {
    const { accept, state, path, events } = stage();
    await accept(['root']);
    writeFileSync(path, encodeBaseline(now(['root', 'eve'])));
    expect(await state()).toMatchObject({ state: 'unproven', tampered: true });
    rmSync(path);
    expect(await state()).toMatchObject({
      state: 'unproven',
      tampered: true,
      reason: expect.stringContaining('is gone: accepted at 2026-11-22T00:00:00.000Z') as string,
    });
    // accepting anew says so, and the journal keeps it
    await accept(['root', 'eve']);
    expect(JSON.stringify(events)).toContain('Accept only what you have looked at yourself');
    expect(await state()).toMatchObject({ state: 'accepted' });
  });

  test('one that was never accepted here, and an older one that is put back', async () => {
    const { accept, state, path } = stage();
    await accept(['root']);
    const old = readFileSync(path);
    await accept(['root', 'new']);
    writeFileSync(path, old);
    expect(await state()).toMatchObject({ state: 'unproven', tampered: true });
    const other = stage();
    await other.accept(['root']);
    rmSync(other.journal);
    expect(await other.state()).toMatchObject({
      reason: expect.stringContaining('the journal knows of none') as string,
    });
  });

  test('a journal that is not whole vouches for nothing', async () => {
    const { accept, state, journal } = stage();
    await accept(['root']);
    appendFileSync(journal, '{"seq":9}\n');
    expect(await state()).toMatchObject({ state: 'unproven', tampered: false });
  });

  test('a writer that was stopped before or after the file was written leaves a state that is believed', async () => {
    const { accept, state, path, journal } = stage();
    await accept(['root']);
    const before = readFileSync(path);
    await accept(['root', 'new']);
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    // the end of the second operation never came
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n`);
    expect(await state()).toMatchObject({ state: 'accepted', baseline: now(['root', 'new']) });
    writeFileSync(path, before);
    expect(await state()).toMatchObject({ state: 'accepted', baseline: now(['root']) });
  });

  test('a file that cannot be written leaves the one before', async () => {
    const { accept, state, context } = stage();
    await accept(['root']);
    const seen = await state();
    const full = {
      ...context.files,
      replace: () => {
        throw new Error('never');
      },
    };
    const doors = new Proxy(context, {
      get: (target, name) => (name === 'files' ? full : (Reflect.get(target, name) as unknown)),
    });
    await expect(acceptOne(doors, 'val-1', { now: now(['eve']), state: seen }, true)).rejects.toThrow('never');
    expect(await state()).toMatchObject({ state: 'accepted', baseline: now(['root']) });
  });
});
