import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/core/apply.ts';
import { shellHost } from '../support/shell-host.ts';
import { temporaryPlace } from '../support/guard-place.ts';
import { fileJob } from '../support/file-job.ts';
import { applyDoors } from '../support/apply-doors.ts';

describe('applyPlan on a host without systemd', () => {
  test('applies, verifies over a new login and confirms; a second run has nothing to do', async () => {
    const place = temporaryPlace();
    const path = join(place.root, 'setting');
    writeFileSync(path, 'before\n', { mode: 0o644 });
    const job = fileJob({ path, content: 'after\n' });
    const options = { confirmWithin: 30, manualConfirm: false, place };
    const report = await applyPlan(shellHost(), job, options, applyDoors());
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: true, failure: null });
    expect(readFileSync(path, 'utf8')).toBe('after\n');
    expect(await applyPlan(shellHost(), job, options, applyDoors())).toMatchObject({ verdict: 'nothing-to-do' });
    expect(existsSync(join(place.run, `valops-guard-${report.guard?.id}`))).toBe(false);
  });
});
