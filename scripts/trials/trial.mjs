import { spawn } from 'node:child_process';
import { fs, os, path, sleep } from 'zx';
import { drawFrom } from './draw.mjs';
import { faults } from './faults.mjs';
import { fromHub, key, operator } from './host.mjs';
import { goodPolicy, overlay, policies } from './policies.mjs';
import { openPortScript, scenes } from './scenes.mjs';
import { canLogIn, differences, lastLook, lookAt, missing } from './truth.mjs';

export const kinds = { ...policies, ...faults };
const names = Object.keys(kinds);
const bin = process.env.VALOPS_TRIALS_BIN ?? path.join(import.meta.dirname, '../../bin/valops.js');
const longest = 240_000;

const commands = { ssh: ['ssh', 'harden'], firewall: ['firewall', 'apply'], harden: ['harden'] };

/** Everything about a trial that its seed decides; kinds take turns, so that each is met equally often. */
export function makeTrial(seed, jobs) {
  const draw = drawFrom(seed);
  const kind = names[seed % names.length];
  const { jobs: fitting, scenes: places = Object.keys(scenes), phases = ['none'], policy } = kinds[kind];
  const job = draw.one(fitting.filter((one) => jobs.includes(one)));
  // a backend that is not the one at work is refused, rightly
  const scene = draw.one(places);
  const backend = scene === 'ufw-active' ? 'ufw' : draw.one(['nftables', 'ufw']);
  const fits = job === 'ssh' || scene !== 'foreign-table' || backend === 'nftables';
  return {
    seed,
    kind,
    job,
    scene: fits ? scene : 'stock',
    backend,
    policy: overlay(goodPolicy(job, draw), policy?.(draw) ?? {}),
    transport: draw.one(['auto', 'auto', 'ssh2', 'openssh']),
    confirmWithin: Math.round(draw.between(12, 20)),
    phase: draw.one(phases),
    delay: draw.between(0, 1),
    healAfter: draw.one([1, 3, 6, 'guard', 'late']),
    draw,
  };
}

/** Milliseconds after its phase began within which a fault strikes: about as long as the phases take. */
const spread = { gather: 1500, arm: 4000, change: 800, verify: 1000, anytime: 6000 };
/** Without a rehearsal all is over sooner. */
const firewallSpread = { ...spread, arm: 1500, change: 500, verify: 700, anytime: 3000 };
/** The line on standard error after which a phase begins. */
const begins = {
  gather: null,
  anytime: null,
  arm: null,
  change: /ok: .*: arm the guard/,
  verify: /ok: .*: make the changes/,
};

/** Runs one trial on a host that forgets everything before. */
export async function runTrial(trial, host) {
  const kind = kinds[trial.kind];
  const began = Date.now();
  await host.fresh();
  const ports = [...new Set([22, trial.policy.ssh?.port ?? 22])];
  await host.console(`${openPortScript}\n${scenes[trial.scene]}\n${kind.prepare ?? ':'}`);
  const pin = /SHA256:\S+/.exec(await host.console('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'))?.[0] ?? '';
  if (!(await canLogIn(host, [22]))) throw new Error(`seed ${trial.seed}: no login before anything was done`);
  const before = await lookAt(host, ports);

  const valops = startValops(trial, host, pin);
  const fault = kind.strike === undefined ? null : strikeDuring(trial, kind, host, valops);
  const run = await valops.ended;
  const struck = fault === null ? '' : await fault.over(run);
  if (kind.boots === true && struck !== '') await host.settled();

  const guard = await guardEnd(host, trial.confirmWithin);
  if (kind.lasting !== true || run.verdict === 'applied') await fault?.heal();
  const login = await canLogIn(host, ports, 5);
  await fault?.heal();
  const after = await lookAt(host, ports);
  const looked = lastLook(after);
  // only what was done before valops began its last look can be asked of it
  const late = fault !== null && looked !== null && fault.struckBy() > looked;
  const result = judge(trial, kind, { before, after, guard, login, run, struck, unseen: kind.undoes === true && late });
  const inSeconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
  const timing =
    late && kind.undoes === true
      ? `${inSeconds(fault.struckBy() - looked)} after the last look began, ${inSeconds(after.confirmedAt - fault.struckBy())} before the confirmation`
      : '';
  return { ...result, timing, run, guard, login, struck, litter: after.litter, seconds: (Date.now() - began) / 1000 };
}

function startValops(trial, host, pin) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'valops-trial-'));
  const config = path.join(home, 'valops.yaml');
  // JSON is YAML
  fs.writeFileSync(config, JSON.stringify(trial.policy, null, 1));
  fs.writeFileSync(path.join(home, 'known_hosts'), '');
  const words = [
    ...commands[trial.job],
    ...[
      '--host',
      `${operator}@${host.address}:${kinds[trial.kind].port ?? 22}`,
      '--ssh-key',
      key,
      '--ssh-host-key',
      pin,
    ],
    ...['--known-hosts', path.join(home, 'known_hosts'), '--config', config, '--transport', trial.transport],
    ...['--confirm-within', `${trial.confirmWithin}s`, '--yes', '--json'],
    ...(trial.job === 'ssh' ? [] : ['--backend', trial.backend]),
  ];
  const [program, ...rest] = [...fromHub, process.execPath, bin, ...words];
  const variables = { PATH: process.env.PATH, HOME: home, VALOPS_HOME: path.join(home, 'state'), LANG: 'C.UTF-8' };
  const child = spawn(program, rest, { cwd: home, env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  const listeners = new Set();
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => {
    err += data;
    for (const listener of listeners) listener();
  });
  let done = false;
  const timer = setTimeout(() => child.kill('SIGKILL'), longest);
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      done = true;
      clearTimeout(timer);
      for (const listener of listeners) listener();
      fs.removeSync(home);
      resolve({ code, signal, out, err, ...read(out) });
    });
  });
  return {
    ended,
    isDone: () => done,
    kill: (signal) => void child.kill(signal),
    /** Resolves when standard error shows the line, or when valops ended. */
    said: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!done && !pattern.test(err)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}

function read(out) {
  try {
    const { plan: _, ...said } = JSON.parse(out);
    const { verdict, verified, confirmed, failure, code, now, message } = said;
    return {
      said: JSON.stringify(said, null, 1),
      verdict: verdict ?? (code === undefined ? 'none' : `error ${code}`),
      verified,
      confirmed,
      failure: failure?.code ?? null,
      why: failure?.message ?? message ?? now ?? '',
    };
  } catch {
    return { said: out, verdict: 'none', verified: null, confirmed: null, failure: null, why: '' };
  }
}

/** Strikes at the moment of the trial, unless valops has ended by then, and heals in its time. */
function strikeDuring(trial, kind, host, valops) {
  const doors = { host, valops, draw: trial.draw, pause: (seconds) => sleep(seconds * 1000) };
  let healed = kind.heal === undefined;
  let struck = '';
  let struckBy = 0;
  let timer;
  const heal = async () => {
    clearTimeout(timer);
    if (healed || struck === '') return;
    healed = true;
    await kind.heal(doors);
  };
  const striking = (async () => {
    const line = begins[trial.phase];
    if (line !== null) await valops.said(line);
    await sleep(trial.delay * (trial.job === 'firewall' ? firewallSpread : spread)[trial.phase]);
    if (valops.isDone()) return;
    struck = trial.phase;
    await kind.strike(doors);
    struckBy = Date.now();
    if (healed || kind.lasting === true) return;
    const after = { guard: trial.confirmWithin, late: trial.confirmWithin + 12 }[trial.healAfter] ?? trial.healAfter;
    timer = setTimeout(() => void heal().catch(() => undefined), after * 1000);
  })();
  return {
    heal,
    /** When the fault had been done, in milliseconds. */
    struckBy: () => struckBy,
    /** What had struck when valops ended. A fault that outlives valops, when we are killed, goes on. */
    async over(run) {
      await striking;
      if (kind.lasting !== true && run.verdict !== 'none') await heal();
      return struck;
    },
  };
}

/** The state of the guard once nothing is on its way any more; `armed` when its time passed in vain. */
async function guardEnd(host, confirmWithin) {
  const script = `ls /var/lib/valops/guard/current 2>/dev/null | grep -oE '^(armed|rolling-back|rolled-back|rollback-failed|confirmed|cancelled)[.]' | head -n 1`;
  for (const until = Date.now() + (confirmWithin + 40) * 1000; ;) {
    const state = (await host.console(script).catch(() => 'away.')).trim().replace(/\.$/, '') || 'none';
    const moving = state === 'armed' || state === 'rolling-back' || state === 'away';
    if (!moving || Date.now() > until) return state;
    await sleep(500);
  }
}

const statuses = { applied: 0, 'nothing-to-do': 0, refused: 4, 'rolled-back': 5, unknown: 6 };

/** What a guard has outside of its own directory. */
const guardFiles = [
  '/etc/systemd/system/valops-guard-boot.service',
  '/etc/systemd/system/valops-guard-boot-finish.service',
  '/etc/systemd/system/sysinit.target.wants/valops-guard-boot.service',
  '/etc/systemd/system/multi-user.target.wants/valops-guard-boot-finish.service',
];

/** Compares what valops said with what is true. Every problem is one line. */
function judge(trial, kind, { before, after, guard, login, run, struck, unseen }) {
  // what valops says that it could not remove is no lie
  const told = guardFiles.filter((file) => run.said.split('could not remove')[1]?.includes(file) === true);
  const left = guardFiles.filter((file) => after.lines.some((line) => line.includes(` ${file} `)));
  const foreign = [...(struck === '' ? [] : (kind.foreign ?? [])), ...told.map((file) => new RegExp(` ${file}( |$)`))];
  const changed = differences(before, after, foreign);
  const lacking = missing(trial, before, after);
  const asBefore = changed.length === 0;
  const truth = asBefore ? 'as before' : lacking.length === 0 ? 'in force' : 'neither';
  const problems = [];
  const say = (condition, text) => condition && problems.push(text);
  const show = (list) => list.slice(0, 6).join(' | ');

  say(!login, 'LOCKED OUT: no login works after the guard’s time');
  const gone = told.filter((file) => !left.includes(file));
  say(gone.length > 0 && kind.boots !== true, `said to remain, but gone: ${show(gone)}`);
  const untold = left.filter((file) => !told.includes(file));
  const judged = run.verdict !== 'none' && run.verdict !== 'unknown';
  say(judged && guard !== 'armed' && untold.length > 0, `not said to remain: ${show(untold)}`);
  say(guard === 'armed' || guard === 'rolling-back' || guard === 'away', `the guard is still ${guard}`);
  say(guard === 'rolled-back' && !asBefore, `the guard says rolled-back, but not as before: ${show(changed)}`);
  const expected = statuses[run.verdict];
  say(expected !== undefined && run.code !== expected, `verdict ${run.verdict} with exit ${run.code}`);
  say(run.signal === 'SIGKILL' && trial.kind !== 'we-are-killed', 'valops did not end');
  switch (run.verdict) {
    case 'applied':
      say(lacking.length > 0 && !unseen, `applied, but not in force: ${show(lacking)}`);
      say(asBefore, 'applied, but nothing changed');
      say(guard !== 'confirmed', `applied, but its guard is ${guard}`);
      break;
    case 'rolled-back':
    case 'refused':
    case 'nothing-to-do':
      say(!asBefore, `${run.verdict}, but not as before: ${show(changed)}`);
      break;
    case 'unknown':
      say(
        kind.unclear !== true && guard !== 'rollback-failed',
        `unknown (${truth}) though the host could be looked at: ${run.why}`,
      );
      break;
    default:
      // killed, interrupted, or ended by an error: nothing is half done once the guard's time is over
      say(
        truth === 'neither' && guard !== 'rollback-failed',
        `${run.verdict}, and neither as before nor in force: ${show(changed)} | lacking ${show(lacking)}`,
      );
      say(truth === 'in force' && guard !== 'confirmed', `${run.verdict}, in force although the guard is ${guard}`);
      say(run.verdict !== 'none' && truth !== 'as before', `${run.verdict}, but ${truth}`);
      say(run.verdict === 'none' && struck === '', `no verdict: exit ${run.code} ${run.err.slice(-300)}`);
  }
  say(
    kind.strike !== undefined && struck === '' && ['rolled-back', 'unknown'].includes(run.verdict),
    `nothing struck, and yet it is ${run.verdict}: ${run.why}`,
  );
  say(
    kind.expect !== undefined && !kind.expect.includes(run.verdict),
    `expected ${kind.expect}, was ${run.verdict}: ${run.why}`,
  );
  return { truth, problems, changed, lacking };
}
