import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const nothing = { passed: 0, failed: 0, skipped: 0 };

/**
 * Closes a run with one plain line that any CI can read: `N passed, N failed, N skipped`. Where a
 * CI job has several runs, VALOPS_TEST_TALLY names a file in which they add up.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tally = process.env['VALOPS_TEST_TALLY'] ?? '';
    const count = tally === '' ? { ...nothing } : { ...nothing, ...readTally(tally) };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state]++;
      }
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) count.failed++;
    }
    if (tally !== '') writeFileSync(tally, JSON.stringify(count));
    // after the default reporter's own summary
    process.once('exit', () => {
      process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}

function readTally(file: string): typeof nothing {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as typeof nothing;
  } catch {
    return nothing; // the first run of the job
  }
}
