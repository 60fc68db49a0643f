#!/usr/bin/env zx
// Records what a real host answers to the questions of checks, as a case of test/audit/cases. A person reads what
// was judged before it is committed: a case says what is true of that host. Needs a host of scripts/hosts.mjs,
// with the same settings by environment.
//
//   node scripts/audit-cases.mjs CHECK… --host N --as NAME      one case for each check: NAME.json
//     --family F                all checks of a family (instead of or beside single ones)
//     --mutation NAME           made before (scripts/audit-trials/mutations) and undone afterwards
//     --policy JSON             what differs from the policy of cases (test/support/audit-policy.ts)
//     --print                   show the judgements, write nothing
//
// Answers above 2 KB are shared by the cases of one name: test/audit/answers/NAME/<question>.txt
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { argv, fs, path } from 'zx';
import { loadMutations } from './audit-trials/load-mutations.mjs';
import { loadSources } from './load-sources.mjs';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'test/audit');
const short = 2048;

/** As root on the host's console. */
function onHost(script, host) {
  const ran = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/hosts.mjs'), 'sh', String(host), 'sh', '-c', 'sh -s'],
    { input: script, maxBuffer: 1 << 28 },
  );
  if (ran.error !== undefined) throw ran.error;
  return ran;
}

function change(name, script) {
  const ran = onHost(`set -e\n${script}\n`, argv.host);
  if (ran.status !== 0) throw new Error(`${name} ended with ${ran.status}: ${ran.stderr.toString().trim()}`);
}

const lost = { 'needs-root': 'needs root', killed: 'killed', 'too-long': 'too long', 'cut-off': 'cut off' };

/** Answers by question id: as cases write them, and as facts. */
function ask(questions, { compileQuestions, splitAnswers }) {
  const boundary = randomBytes(16).toString('hex');
  const login = { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined };
  const ran = onHost(compileQuestions(questions, login, boundary), argv.host);
  const answers = splitAnswers(ran.stdout, boundary, questions.length);
  return new Map(
    questions.map((question, index) => {
      const got = answers[index];
      if ('lost' in got) return [question.id, { written: { unknown: lost[got.lost] }, fact: unknown(lost[got.lost]) }];
      return [question.id, { written: written(question.id, got.answer), fact: factOf(question, got.answer) }];
    }),
  );
}

const unknown = (reason) => ({ known: false, reason });

function factOf(question, answer) {
  try {
    return { known: true, value: question.parse(answer) };
  } catch (error) {
    return unknown(error.message);
  }
}

function written(id, { exitCode, stdout, stderr }) {
  const told = { ...(exitCode === 0 ? {} : { exitCode }), ...(stderr === '' ? {} : { stderr }) };
  if (stdout.length <= short || Object.keys(told).length > 0) return { stdout, ...told };
  const name = `${argv.as}/${id}.txt`;
  if (!argv.print) fs.outputFileSync(path.join(folder, 'answers', name), stdout);
  return { '@': name };
}

const loaded = await loadSources(`
  export { checks } from './src/audit/checks/registry.ts';
  export { compileQuestions } from './src/core/gather-script.ts';
  export { splitAnswers } from './src/core/gather-answers.ts';
  export { auditPolicy } from './test/support/audit-policy.ts';`);
const { checks, auditPolicy } = loaded;
const wanted = checks.filter(({ id }) => argv._.includes(id) || id.startsWith(`${argv.family}.`));
const unfit = argv._.filter((id) => !checks.some((check) => check.id === id));
if (unfit.length > 0 || wanted.length === 0 || argv.host === undefined || (argv.as === undefined && !argv.print)) {
  console.error(unfit.length > 0 ? `no such check: ${unfit.join(' ')}` : 'give CHECK… or --family, --host and --as');
  process.exit(2);
}
const given = JSON.parse(argv.policy ?? '{}');
const policy = auditPolicy(given);
const mutation =
  argv.mutation === undefined ? undefined : (await loadMutations()).find(({ name }) => name === argv.mutation);
if (argv.mutation !== undefined && mutation === undefined) throw new Error(`no such mutation: ${argv.mutation}`);
const questions = [...new Map(wanted.flatMap((check) => check.questions(policy)).map((one) => [one.id, one])).values()];

if (mutation !== undefined) change(mutation.name, `${mutation.apply}\nsleep ${mutation.settle ?? 0}`);
let answers;
try {
  answers = ask(questions, loaded);
} finally {
  if (mutation !== undefined) change(`undoing ${mutation.name}`, mutation.undo);
}
const snapshot = {
  name: 'val-1',
  gatheredAt: '2026-11-22T00:00:00.000Z',
  roundTrips: 1,
  login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
  facts: Object.fromEntries([...answers].map(([id, { fact }]) => [id, fact])),
};
for (const check of wanted) {
  const judgements = check.judge(snapshot, policy);
  console.log(check.id, JSON.stringify(judgements, null, 1));
  if (argv.print) continue;
  const asked = new Set(check.questions(policy).map(({ id }) => id));
  const one = {
    answers: Object.fromEntries([...asked].map((id) => [id, answers.get(id).written])),
    ...(argv.policy === undefined ? {} : { policy: given }),
    judgements,
  };
  fs.outputFileSync(path.join(folder, 'cases', check.id, `${argv.as}.json`), `${JSON.stringify(one, null, 2)}\n`);
}
