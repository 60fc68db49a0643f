#!/usr/bin/env zx
// Lockout trials on real hosts: bad policies and faults, each drawn from a seed. After the guard's time a new
// login must work, and what valops said at its end must be what the console shows. Needs root and what
// scripts/hosts.mjs needs; its settings by environment are the same.
//
//   npm run trials -- --seed N --count 200 --hosts 3     trials of the seeds N, N+1, …
//   npm run trials -- --only SEED[,SEED…]                these again; one alone with everything that was said
//   npm run trials -- --kind KIND,… --count 10           only these kinds; --kind help lists them
//   npm run trials -- --jobs ssh,firewall --first 21     only these commands; hosts from number 21 on
//
// VALOPS_TRIALS_BIN: another bin/valops.js than the one built here.

import { argv, chalk } from 'zx';
import { prepareHub, TrialHost, harness } from './trials/host.mjs';
import { kinds, makeTrial, runTrial } from './trials/trial.mjs';

const names = Object.keys(kinds);
const seed = Number(argv.seed ?? Math.floor(Math.random() * 1e6));
const wanted = argv.kind === undefined ? names : String(argv.kind).split(',');
const jobs = String(argv.jobs ?? 'ssh,firewall,harden').split(',');
const results = [];
const hosts = [];
let ownHub = false;
let stopping = false;

function seeds() {
  if (argv.only !== undefined) return String(argv.only).split(',').map(Number);
  const list = [];
  const unfit = wanted.filter((kind) => !(kind in kinds));
  if (unfit.length > 0) throw new Error(`no such kind: ${unfit.join(', ')}; there are: ${names.join(', ')}`);
  for (let at = seed; list.length < Number(argv.count ?? 200); at++) {
    const kind = names[at % names.length];
    if (wanted.includes(kind) && kinds[kind].jobs.some((job) => jobs.includes(job))) list.push(at);
  }
  return list;
}

function print({ trial, result, error }) {
  const { job, kind, scene, backend, transport, phase, healAfter } = trial;
  const what = `${job}${job === 'ssh' ? '' : `/${backend}`} ${kind} (${scene}, ${transport})`;
  if (error !== undefined) {
    console.log(`${trial.seed} ${chalk.red('RUNNER')} ${what}: ${error.stack}`);
    return;
  }
  const { run, truth, problems, guard, struck, seconds, litter, timing } = result;
  const when =
    kinds[kind].strike === undefined
      ? ''
      : struck === ''
        ? ', missed'
        : `, at ${phase} +${trial.delay.toFixed(2)} heal ${healAfter}${timing === '' ? '' : ` (${timing})`}`;
  const mark = problems.length === 0 ? chalk.green('ok') : chalk.red('FAIL');
  const end = `verdict ${run.verdict}${run.failure === null ? '' : ` (${run.failure})`} exit ${run.code ?? run.signal} guard ${guard} truth ${truth}`;
  console.log(
    `${trial.seed} ${mark} ${what}${when}: ${end} ${seconds.toFixed(1)} s${litter.length > 0 ? ` litter: ${litter.join(' ')}` : ''}`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
  if (argv.verbose === undefined && !/^\d+$/.test(String(argv.only))) return;
  const { draw: _, ...shown } = trial;
  console.log(JSON.stringify(shown, null, 1), `\n${run.err}\n${run.said}`);
  console.log(result.changed.join('\n'), '\nlacking:', result.lacking.join(', '));
}

function summary() {
  const rows = names.flatMap((kind) => {
    const own = results.filter(({ trial }) => trial.kind === kind);
    if (own.length === 0) return [];
    const count = (test) => own.filter(({ result }) => result !== undefined && test(result)).length;
    const verdict = (name) => count(({ run }) => run.verdict === name);
    const known = ['applied', 'rolled-back', 'refused', 'nothing-to-do', 'unknown', 'none'];
    const errors = count(({ run }) => !known.includes(run.verdict));
    const numbers = [
      own.length,
      ...known.map(verdict),
      errors,
      count(({ login }) => login),
      count(({ problems }) => problems.length === 0),
    ];
    return [[kind, ...numbers]];
  });
  const total = rows.reduce((sum, [, ...numbers]) => sum.map((value, at) => value + numbers[at]), Array(10).fill(0));
  const head = [
    'kind',
    'trials',
    'applied',
    'rolled-back',
    'refused',
    'nothing',
    'unknown',
    'no word',
    'error',
    'login',
    'truth',
  ];
  for (const [name, ...numbers] of [head, ...rows, ['all', ...total]]) {
    console.log(name.padEnd(22) + numbers.map((value) => String(value).padStart(12)).join(''));
  }
}

async function main() {
  if (argv.kind === 'help') return console.log(names.join('\n'));
  const list = seeds();
  console.log(`valops trials: seeds ${list[0]} to ${list.at(-1)}, ${list.length} trials of ${names.length} kinds`);
  ownHub = await prepareHub();
  const first = Number(argv.first ?? 1);
  hosts.push(
    ...Array.from({ length: Math.min(list.length, Number(argv.hosts ?? 2)) }, (_, n) => new TrialHost(first + n)),
  );
  const began = Date.now();
  await Promise.all(
    hosts.map(async (host) => {
      for (let next = list.shift(); next !== undefined && !stopping; next = list.shift()) {
        const trial = makeTrial(next, jobs);
        const ended = await runTrial(trial, host).then(
          (result) => ({ trial, result }),
          (error) => ({ trial, error }),
        );
        results.push(ended);
        print(ended);
      }
      host.hangUp();
    }),
  );
  const failed = results.filter(({ result }) => result === undefined || result.problems.length > 0);
  console.log(`\n${results.length} trials in ${Math.round((Date.now() - began) / 1000)} s, ${failed.length} failed`);
  summary();
  for (const { trial } of failed)
    console.log(
      `again: npm run trials -- --only ${trial.seed}${argv.jobs === undefined ? '' : ` --jobs ${String(jobs)}`}`,
    );
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Other tests may use the hub that was there already. */
async function stop() {
  stopping = true;
  await Promise.all(hosts.map((host) => host.remove()));
  if (ownHub) await harness('down');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => void stop().finally(() => process.exit(130)));
}
try {
  await main();
} finally {
  await stop();
}
