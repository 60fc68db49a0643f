import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * VALOPS_TEST_HOSTS chooses the tests that boot real Debian hosts (scripts/hosts.mjs, as root):
 * `smoke` the short ones that CI runs, any other value all of them; without it none of them are
 * part of the run.
 */
const hosts = process.env['VALOPS_TEST_HOSTS'] ?? '';
const onHosts = hosts === 'smoke' ? 'test/hosts-real/**/*.smoke.test.ts' : 'test/hosts-real/**/*.test.ts';

export default defineConfig({
  test: {
    include: [hosts === '' ? 'test/**/*.test.ts' : onHosts],
    exclude: [...configDefaults.exclude, ...(hosts === '' ? ['test/hosts-real/**'] : [])],
    // the tests run what is built
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // hosts share one hub and one machine: one file at a time
    fileParallelism: hosts === '',
    // most of them wait for programs, sockets and disks
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});
