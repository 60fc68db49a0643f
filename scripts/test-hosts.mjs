#!/usr/bin/env zx
// Runs the tests that need real hosts, inside the hub network of scripts/hosts.mjs, and takes every
// host down afterwards.
//   npm run test:hosts               all of them (many minutes)
//   npm run test:hosts -- smoke      the short ones, as in CI
//   npm run test:hosts -- all FILE…  some files
import { $, argv, fs, path } from 'zx';

const [which = 'all', ...files] = argv._.map(String);
const root = path.resolve(import.meta.dirname, '..');
const hosts = path.join(root, 'scripts/hosts.mjs');
const state = process.env.VALOPS_HOSTS_DIR ?? fs.mkdtempSync('/tmp/valops-test-hosts-');
const mounted = process.env.VALOPS_HOSTS_DIR === undefined;
const env = { ...process.env, VALOPS_HOSTS_DIR: state, VALOPS_TEST_HOSTS: which };
const run = $({ cwd: root, env, stdio: 'inherit', verbose: false, nothrow: true });

let code = 1;
try {
  // a file system in memory makes hosts start in half the time
  if (mounted) await $`mount -t tmpfs -o size=3G,mode=700 tmpfs ${state}`.quiet();
  code = (await run`node ${hosts} build`).exitCode;
  if (code === 0) code = (await run`node ${hosts} hub node node_modules/vitest/vitest.mjs run ${files}`).exitCode;
} finally {
  await run`node ${hosts} down`;
  if (mounted) {
    await $`umount ${state}`.quiet().nothrow();
    fs.removeSync(state);
  }
}
process.exitCode = code;
