#!/usr/bin/env zx
// What each question of an audit costs on a real host: its wall and CPU time there, and the bytes of its answer.
// One after the other in one shell on the host's console, as root, by a host of scripts/hosts.mjs that is up,
// with the same settings by environment. Of several rounds the quickest counts: the host shares this machine.
//
//   npm run bench:facts -- --host N                  the questions of the weekly checklist
//     --checklist NAME | --all                       of another one, or every question there is
//     --only WORD,…                                  whose id begins with one of these
//     --rounds N                                     3 by default, after one that warms the caches
//     --json
//     --here                                         of this machine
//
// "PID 1" is the CPU that systemd used meanwhile to answer (in ticks of 10 ms).
import { spawnSync } from 'node:child_process';
import { argv, fs, path } from 'zx';
import { loadSources } from './load-sources.mjs';

const root = path.resolve(import.meta.dirname, '..');
const rounds = Number(argv.rounds ?? 3);

const {
  questions: every,
  findChecklists,
  checksOf,
  auditPolicy,
  compileQuestions,
} = await loadSources(`
  export { questions } from './src/facts/registry.ts';
  export { findChecklists } from './src/audit/select.ts';
  export { checksOf } from './src/audit/make-report.ts';
  export { compileQuestions } from './src/core/gather-script.ts';
  export { auditPolicy } from './test/support/audit-policy.ts';`);

function asked() {
  const prefixes = argv.only === undefined ? [''] : String(argv.only).split(',');
  const all = argv.all
    ? every
    : findChecklists([argv.checklist ?? 'weekly'], { checklists: {} })
        .flatMap(checksOf)
        .flatMap((check) => check.questions(auditPolicy()));
  return [...new Map(all.map((one) => [one.id, one])).values()].filter(({ id }) =>
    prefixes.some((prefix) => id.startsWith(prefix)),
  );
}

/** As root on the host's console, or here; standard output. */
function onHost(shell, script) {
  const console = argv.here ? [] : [process.execPath, path.join(root, 'scripts/hosts.mjs'), 'sh', String(argv.host)];
  const [program, ...words] = [...console, 'sh', '-c', shell];
  const ran = spawnSync(program, words, { input: script, maxBuffer: 1 << 28, encoding: 'utf8' });
  if (ran.error !== undefined) throw ran.error;
  if (ran.status !== 0) throw new Error(`the host's console ended with ${ran.status}: ${ran.stderr.slice(-400)}`);
  return ran.stdout;
}

const quote = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Every question in each round, as `gather` asks it: standard output into a pipe, no standard input. */
function measuring(questions) {
  const lines = questions.map((question) => {
    const login = { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined };
    return `one ${question.id} ${question.timeout} ${quote(question.script(login))}\n`;
  });
  return `umask 077
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC SYSTEMD_PAGER= SYSTEMD_COLORS=0
TIMEFORMAT='%R %U %S'
ticks() { read -r -a stat </proc/1/stat; REPLY=$((stat[13] + stat[14])); }
one() {
  local before times status
  ticks; before=$REPLY
  times=$( { time { timeout -s KILL "$2" sh -c "$3" </dev/null 2>/dev/null; echo "status $?" >&3; } | wc -c >&4; } 2>&1 3>"$notes/status" 4>"$notes/bytes" )
  read -r _ status <"$notes/status"
  ticks
  echo "$1 $(echo "$times" | tail -n 1) $((REPLY - before)) $status $(<"$notes/bytes")"
}
cost() {
notes=$(mktemp -d -p /dev/shm)
for round in $(seq 0 ${rounds}); do
${lines.join('')}done
rm -r "$notes"
}
cost
`;
}

function table(questions, output) {
  const samples = new Map(questions.map(({ id }) => [id, []]));
  for (const line of output.trim().split('\n')) {
    const [id, wall, user, system, manager, status, bytes] = line.split(' ');
    samples.get(id).push({
      wall: Number(wall),
      cpu: Number(user) + Number(system),
      manager: Number(manager) / 100,
      status: Number(status),
      bytes: Number(bytes),
    });
  }
  return questions
    .map((question) => {
      const [, ...warm] = samples.get(question.id);
      const least = (what) => Math.min(...warm.map((one) => one[what]));
      const [{ status, bytes }] = warm;
      return {
        id: question.id,
        cpu: least('cpu'),
        wall: least('wall'),
        manager: least('manager'),
        first: samples.get(question.id)[0].wall,
        timeout: question.timeout,
        status,
        bytes,
        scriptBytes: Buffer.byteLength(question.script({ user: 'root' })),
      };
    })
    .toSorted((a, b) => b.cpu - a.cpu);
}

/** Wall and CPU seconds of the whole round trip, as `gather` compiles it. */
function whole(questions) {
  const script = compileQuestions(questions, { user: 'root' }, 'f'.repeat(32));
  const out = onHost(
    `script=$(mktemp -p /dev/shm); cat >"$script"; for i in 0 1 2; do bash -c 'TIMEFORMAT="%R %U %S"; time sh "$1" >/dev/null 2>&1' bash "$script"; done 2>&1; rm "$script"`,
    script,
  );
  const runs = out
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([wall, user, system]) => ({ wall, cpu: user + system }));
  return {
    wall: Math.min(...runs.map(({ wall }) => wall)),
    cpu: Math.min(...runs.map(({ cpu }) => cpu)),
    bytes: Buffer.byteLength(script),
  };
}

if (argv.host === undefined && !argv.here) {
  console.error('give --host N, or --here');
  process.exit(2);
}
const questions = asked();
const rows = table(questions, onHost('exec bash -s', measuring(questions)));
const trip = whole(questions);
if (argv.json)
  console.log(JSON.stringify({ rows, trip, load: fs.readFileSync('/proc/loadavg', 'utf8').trim() }, null, 1));
else {
  const sum = (what) => rows.reduce((total, row) => total + row[what], 0);
  const seconds = (value) => value.toFixed(2).padStart(7);
  console.log(`${'question'.padEnd(34)}  CPU s  wall s   PID 1   first  limit  exit    bytes`);
  for (const row of rows)
    console.log(
      `${row.id.padEnd(34)}${seconds(row.cpu)} ${seconds(row.wall)} ${seconds(row.manager)} ${seconds(row.first)} ${String(row.timeout).padStart(6)} ${String(row.status).padStart(5)} ${String(row.bytes).padStart(8)}`,
    );
  console.log(
    `${`${rows.length} questions`.padEnd(34)}${seconds(sum('cpu'))} ${seconds(sum('wall'))} ${seconds(sum('manager'))} ${seconds(sum('first'))} ${String(sum('timeout')).padStart(6)}       ${String(sum('bytes')).padStart(8)}`,
  );
  console.log(
    `one round trip as it is asked: ${trip.wall.toFixed(2)} s wall, ${trip.cpu.toFixed(2)} s CPU, a script of ${trip.bytes} bytes; load ${fs.readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`,
  );
}
