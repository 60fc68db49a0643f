import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { hostsReason, hostsWanted } from '../support/real-host.ts';

/**
 * Seeds of ten kinds: two policies that are refused, one that is right, and faults that end each way; of these the
 * last two, a disk that is full while the guard is armed and an address of ours that changes, once ended untrue.
 */
const seeds = [88, 45, 93, 120, 107, 39, 28, 36, 1173, 1054];

describe.runIf(hostsWanted)(`lockout trials, the short form of npm run trials (${hostsReason})`, () => {
  test('after each a new login works, and what valops said is what the console shows', { timeout: 240_000 }, () => {
    const words = ['--only', seeds.join(','), '--hosts', '3', '--first', '41'];
    const run = spawnSync(process.execPath, [join(root, 'scripts/trials.mjs'), ...words], {
      encoding: 'utf8',
      timeout: 230_000,
      killSignal: 'SIGTERM',
    });
    const said = `${run.stdout}\n${run.stderr}`;
    for (const seed of seeds) expect(said, said).toMatch(new RegExp(`^${seed} ok `, 'm'));
    expect(said).toMatch(new RegExp(`^${seeds.length} trials in \\d+ s, 0 failed$`, 'm'));
    expect(run.status).toBe(0);
  });
});
