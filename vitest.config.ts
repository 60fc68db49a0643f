import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * VALOPS_TEST_HOSTS chooses the tests that boot real Debian hosts (scripts/hosts.mjs, as root):
 * `smoke` the short ones that CI runs, any other value all of them; without it none of them are
 * part of the run.
 */
const hosts = process.env['VALOPS_TEST_HOSTS'] ?? '';
const onHosts = hosts === 'smoke' ? 'test/hosts-real/**/*.smoke.test.ts' : 'test/hosts-real/**/*.test.ts';

/** Files that take longest, whatever their size: begun first, none of them is left to one worker at the end. */
const long =
  /\/(transcripts|kill-sweep|rotate-kill-sweep|restore-kill-sweep|ceremony|no-terminal|card-tampering|apply|login-through|host-contract)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (long.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: [hosts === '' ? 'test/**/*.test.ts' : onHosts],
    exclude: [...configDefaults.exclude, ...(hosts === '' ? ['test/hosts-real/**'] : [])],
    // the tests run what is built
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // hosts share one hub and one machine: one file at a time
    fileParallelism: hosts === '',
    // most of them wait for programs, sockets and disks
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});
