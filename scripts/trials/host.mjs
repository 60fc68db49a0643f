import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { os, sleep } from 'zx';

const script = join(import.meta.dirname, '../hosts.mjs');
const prefix = process.env.VALOPS_HOSTS_PREFIX ?? 'vo';
const net = process.env.VALOPS_HOSTS_NET ?? '10.85.0';
const state = process.env.VALOPS_HOSTS_DIR ?? join(os.tmpdir(), 'valops-test-hosts');

export const operator = 'ops';
export const key = join(state, 'id');
export const hub = `${net}.1`;
/** Second address of the hub: where the operator is once their provider gave them another one. */
export const elsewhere = `${net}.2`;

/** The words which run a command in the hub's network, the only place from which hosts are reached. */
export const fromHub = ['nsenter', `--net=/run/netns/${prefix}-hub`, '--'];

/** Runs scripts/hosts.mjs; `patience` covers a loaded machine. */
export function harness(...words) {
  return new Promise((resolve, reject) => {
    // lxc-stop waits for ever on a host that goes down by itself at that moment
    const options = { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, killSignal: 'SIGKILL' };
    const child = spawn(process.execPath, [script, ...words.map(String)], options);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.on('close', (code) => {
      if (code === 0) resolve(said.trim());
      else reject(new Error(`hosts.mjs ${words.join(' ')}: exit ${code}: ${said.trim()}`));
    });
  });
}

/** Runs a command in the hub's network. `{code, out, err}`; code null when it was cut off at `timeout`. */
export function inHub(words, options) {
  return run([...fromHub, ...words], options);
}

function run([program, ...rest], { timeout = 15_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL' });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', (error) => resolve({ code: 127, out, err: String(error) }));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** A host with its console: one root shell inside, which stays open and answers within milliseconds. */
export class TrialHost {
  constructor(n) {
    this.n = n;
    this.address = `${net}.${n + 10}`;
    this.link = `v${n}`;
    this.shell = null;
    this.leader = '';
  }

  async fresh() {
    this.hangUp();
    await harness('reset', this.n);
    await this.ready();
  }

  /** Resolves when systemd says that the boot is over. One process waits inside: spawning is what costs here. */
  async ready() {
    const script = 'systemctl is-system-running --wait; systemctl is-system-running';
    for (const until = Date.now() + 150_000; ;) {
      const said = await this.console(script, { timeout: 30_000 }).catch(() => '');
      if (/^(running|degraded)$/m.test(said)) return;
      if (Date.now() > until) throw new Error(`host ${this.n} did not come up: ${said.trim()}`);
      await sleep(200);
    }
  }

  async powerOff() {
    this.hangUp();
    await harness('kill', this.n);
  }

  async powerOn() {
    await harness('up', this.n);
    await this.ready();
  }

  /**
   * Begins an orderly reboot, half a second after the console was left in order: an nsenter which sees its
   * shell stopped by systemd-shutdown stops as well, never reaps it, and the container cannot end.
   */
  async reboot() {
    for (const until = Date.now() + 60_000; ; await sleep(300)) {
      this.leader = await this.leaderNow();
      if (this.leader !== '') break;
      // without it nobody could tell when the host is up again
      if (Date.now() > until) throw new Error(`host ${this.n} has no first process`);
    }
    await this.console('setsid sh -c "sleep 0.5; systemctl --no-block reboot" >/dev/null 2>&1 &');
    const { shell } = this;
    this.shell = null;
    const gone = new Promise((resolve) => shell.once('close', resolve));
    shell.stdin.end();
    await gone;
  }

  /** Resolves when the host is up again after `reboot`. No console meanwhile, for the same reason. */
  async settled() {
    for (const until = Date.now() + 150_000; this.leader !== ''; await sleep(300)) {
      const now = await this.leaderNow();
      if (now !== '' && now !== this.leader) break;
      if (Date.now() > until) throw new Error(`host ${this.n} did not reboot`);
    }
    this.leader = '';
    await this.ready();
  }

  /**
   * Number of the first process of the host, as this machine sees it; empty while there is none. Not from the
   * hub: lxc is asked through an abstract socket, and those belong to a network namespace.
   */
  async leaderNow() {
    const { out } = await run(['lxc-info', '-P', join(state, 'lxc'), '-n', `${prefix}-${this.n}`, '-p', '-H']);
    return out.trim();
  }

  /** Stops every process of the host; `thaw` lets them go on. */
  freeze() {
    return harness('freeze', this.n);
  }

  thaw() {
    return harness('thaw', this.n);
  }

  async remove() {
    this.hangUp();
    await harness('down', this.n);
  }

  hangUp() {
    this.shell?.kill('SIGKILL');
    // an nsenter that was stopped inside keeps the other end open for ever
    this.shell?.stdout.destroy();
    this.shell = null;
  }

  /** Runs a script on the console; its output. Rejects when the shell ends, as it does when power goes. */
  console(text, { timeout = 60_000 } = {}) {
    // one script after the other: a fault may ask while the judge does
    const before = this.busy ?? Promise.resolve();
    const run = before.then(() => this.ask(text, timeout));
    this.busy = run.catch(() => undefined);
    return run;
  }

  ask(text, timeout) {
    if (this.shell === null) {
      this.shell = spawn(process.execPath, [script, 'sh', String(this.n), 'sh'], { stdio: ['pipe', 'pipe', 'ignore'] });
      this.shell.stdin.on('error', () => undefined);
    }
    const { shell } = this;
    const mark = `end-${Math.random().toString(36).slice(2)}`;
    return new Promise((resolve, reject) => {
      let out = '';
      const timer = setTimeout(
        () =>
          done(new Error(`console of host ${this.n}: no answer within ${timeout / 1000} s to: ${text.slice(0, 80)}`)),
        timeout,
      );
      const done = (error) => {
        clearTimeout(timer);
        shell.stdout.off('data', read);
        shell.off('close', closed);
        if (error === undefined) return resolve(out.slice(0, out.indexOf(mark)));
        if (this.shell === shell) this.hangUp();
        reject(error);
      };
      const closed = () => done(new Error(`console of host ${this.n}: closed`));
      const read = (data) => {
        out += data;
        if (out.includes(`${mark}\n`)) done();
      };
      shell.stdout.on('data', read);
      shell.on('close', closed);
      shell.stdin.write(`( ${text}\n) </dev/null 2>&1\necho ${mark}\n`);
    });
  }
}

/** Makes the base system and the hub; whether the hub was made now. Throws unless this can work. */
export async function prepareHub() {
  if (process.getuid?.() !== 0) throw new Error('trials need root: they boot containers');
  const was = existsSync(`/run/netns/${prefix}-hub`);
  await harness('build');
  await harness('hub', 'true');
  await inHub(['ip', 'address', 'add', `${elsewhere}/24`, 'dev', 'br0']);
  return !was;
}
