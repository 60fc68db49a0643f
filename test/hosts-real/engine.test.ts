import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyPlan, type ApplyOptions } from '../../src/core/apply.ts';
import type { Step } from '../../src/core/change.ts';
import { confirm } from '../../src/core/guard/end.ts';
import { guardStatus, type GuardStatus } from '../../src/core/guard/status.ts';
import type { Host } from '../../src/core/host.ts';
import { root } from '../architecture/imports.ts';
import { applyDoors } from '../support/apply-doors.ts';
import { bundleDriver } from '../support/bundle.ts';
import { engineDriver } from '../support/engine-driver.ts';
import { fileJob, type FileJobOptions } from '../support/file-job.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 1;
const path = '/etc/ssh/sshd_config.d/10-test.conf';
const before = 'MaxAuthTries 5\n';
const after = 'MaxAuthTries 3\n';
const reload: Step = { step: 'run', argv: ['systemctl', 'reload', 'ssh'] };
const options: ApplyOptions = { confirmWithin: 15, manualConfirm: false, grace: 30 };

const shell = (script: string): Step => ({ step: 'run', argv: ['sh', '-c', script] });
const drop = shell(
  'nft -f - <<E\ntable inet trial {\nchain input {\ntype filter hook input priority 0; policy drop;\n}\n}\nE',
);
const undrop = shell('nft delete table inet trial 2>/dev/null || ! nft list table inet trial 2>/dev/null');

describe.runIf(hostsWanted)(`the engine on a real host (${hostsReason})`, () => {
  let host: RealHost;
  let connection: Host;

  beforeEach(async () => {
    host = freshHost(number);
    host.console(`printf '${before}' >${path}; chmod 600 ${path}; systemctl reload ssh`);
    connection = await patiently(() => host.connect());
  });
  afterAll(() => removeHost(number));

  const job = (more: Partial<FileJobOptions> = {}) =>
    fileJob({ path, content: after, after: [reload], undo: [reload], ...more });
  const apply = (more: Partial<FileJobOptions> = {}, other: Partial<ApplyOptions> = {}) =>
    applyPlan(connection, job(more), { ...options, ...other }, applyDoors());
  const effective = () => host.console(`stat -c %a ${path}; sshd -T | grep -i maxauthtries`);
  const isBefore = () => expect(effective()).toBe('600\nmaxauthtries 5');
  const status = (): Promise<GuardStatus> => overNew((fresh) => guardStatus(fresh));
  const overNew = async <T>(work: (fresh: Host) => Promise<T>): Promise<T> => {
    const fresh = await patiently(() => host.connect());
    try {
      return await work(fresh);
    } finally {
      await fresh.close();
    }
  };
  const nothingLeft = () =>
    expect(
      host.console(
        'systemctl list-units --all --no-legend "valops*" | grep -v not-found; ls /etc/systemd/system /etc/systemd/system/*.wants /run | grep valops; true',
      ),
    ).toBe('');

  test('applied, proven by a new login, confirmed, nothing left behind; a second run is empty', async () => {
    const report = await apply();
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: true, failure: null });
    expect(report.guard?.coversReboot).toBe(true);
    expect(effective()).toBe('644\nmaxauthtries 3');
    nothingLeft();
    expect(await status()).toMatchObject({ state: 'confirmed', applied: 'ok', actor: 'tester@laptop' });
    expect(await apply()).toMatchObject({ verdict: 'nothing-to-do', verified: true, guard: null });
  });

  test('not as planned afterwards: rolled back at once', async () => {
    const report = await apply({ wanted: 'something else\n' });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, failure: { code: 'APPLY_UNVERIFIED' } });
    isBefore();
    nothingLeft();
    expect(await status()).toMatchObject({ state: 'rolled-back' });
  });

  test('the change cuts every connection, ours included: the guard brings it back in its time', async () => {
    const report = await apply({ before: [drop], undo: [undrop, reload] });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true, confirmed: false });
    expect(host.canLogIn()).toBe(true);
    isBefore();
    nothingLeft();
    expect(host.console('nft list ruleset')).toBe('');
  });

  test('the network interface goes down and a step is still running: the guard ends it and brings both back', async () => {
    const down = shell('ip link set eth0 down; sleep 60; touch /never');
    const report = await apply({ before: [down], undo: [shell('ip link set eth0 up'), reload] });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true });
    isBefore();
    expect(host.tryConsole('ls /never')).toBeNull();
  });

  test('sshd is stopped: rolled back, a login works', async () => {
    const report = await apply({
      after: [shell('systemctl stop ssh ssh.socket')],
      undo: [shell('systemctl start ssh'), reload],
    });
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true });
    expect(host.canLogIn()).toBe(true);
    isBefore();
  });

  test('power is cut while the changes are made: after the boot the host is as before', async () => {
    const applying = apply({ after: [reload, shell('touch /reached; sync; sleep 30')] }, { confirmWithin: 60 });
    await until(() => host.tryConsole('ls /reached') !== null);
    host.kill();
    host.boot();
    const report = await applying;
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true });
    isBefore();
    nothingLeft();
    const order = host.console(
      'systemctl show -P InactiveExitTimestampMonotonic ssh.service; journalctl -b -o short-monotonic -t systemd | grep -m1 -c "restore files of an unconfirmed change"',
    );
    expect(order.split('\n')[1]).toBe('1');
  });

  test('power is cut when everything is applied but unconfirmed: files are back before sshd starts', async () => {
    await apply({}, { manualConfirm: true, confirmWithin: 600 });
    expect(effective()).toBe('644\nmaxauthtries 3');
    host.console(
      `mkdir -p /etc/systemd/system/ssh.service.d; printf '[Service]\\nExecStartPre=/bin/sh -c "cat ${path} >/root/seen-by-sshd"\\n' >/etc/systemd/system/ssh.service.d/seen.conf`,
    );
    host.kill();
    host.boot();
    expect(host.console('cat /root/seen-by-sshd')).toBe(before.trim());
    await until(async () => (await status()).state === 'rolled-back');
    isBefore();
    nothingLeft();
  });

  test('an orderly reboot without confirmation rolls back as well; starting services before does not', async () => {
    await apply({}, { manualConfirm: true, confirmWithin: 600 });
    host.console('systemctl restart cron; systemctl start multi-user.target; systemctl restart ssh');
    expect(await status()).toMatchObject({ state: 'armed', timer: true, coversReboot: true });
    host.console('systemctl reboot');
    await until(() => host.tryConsole('cat /run/valops-guard-*') === null && host.tryConsole('true') !== null);
    await until(async () => (await status()).state === 'rolled-back');
    isBefore();
  });

  test('by hand: a login from before the change cannot confirm, a new one can', async () => {
    const report = await apply({}, { manualConfirm: true, confirmWithin: 60 });
    expect(report).toMatchObject({ verdict: 'applied', confirmed: false, verified: true });
    await expect(confirm(connection, { actor: 'old' })).rejects.toMatchObject({ code: 'GUARD_OLD_LOGIN' });
    const busy = await overNew((fresh) =>
      applyPlan(fresh, fileJob({ path: '/etc/other', content: 'x\n' }), options, applyDoors()),
    );
    expect(busy).toMatchObject({ verdict: 'refused', failure: { code: 'GUARD_BUSY' } });
    await overNew((fresh) => confirm(fresh, { actor: 'new' }));
    expect(await status()).toMatchObject({ state: 'confirmed' });
    expect(effective()).toBe('644\nmaxauthtries 3');
    nothingLeft();
  });

  test('by a user with sudo: applied, and confirmed over its own new login', async () => {
    const ops = await host.connect('ops');
    const report = await applyPlan(ops, job(), options, applyDoors());
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: true });
    await ops.close();
  });

  test('a step cannot be undone: unknown; rolled back by hand once the reason is gone', async () => {
    const report = await apply({ wanted: 'x', undo: [shell('cat /root/needed'), reload] });
    expect(report).toMatchObject({ verdict: 'unknown', verified: false });
    expect(report.failure?.output?.join()).toContain('/root/needed: No such file');
    isBefore();
    host.console('touch /root/needed; sh /var/lib/valops/guard/current/guard.sh rollback');
    expect(await status()).toMatchObject({ state: 'rolled-back' });
    nothingLeft();
  });

  test('the rollback itself is killed: systemd starts it again', async () => {
    await apply({ undo: [shell('touch /undoing; sleep 2'), reload] }, { manualConfirm: true, confirmWithin: 8 });
    await until(() => host.tryConsole('ls /undoing') !== null);
    host.console('systemctl kill -s KILL --kill-who=all "valops-guard-*.service"');
    await until(async () => (await status()).state === 'rolled-back');
    expect(await status()).toMatchObject({ state: 'rolled-back', applied: 'ok' });
    isBefore();
    nothingLeft();
  });

  test('the host hangs while the changes are made: unknown, in bounded time, and said what to expect', async () => {
    const applying = apply({ after: [shell('touch /reached; sleep 5')] }, { confirmWithin: 12, grace: 8 });
    await until(() => host.tryConsole('ls /reached') !== null);
    host.freeze();
    const report = await applying;
    expect(report).toMatchObject({ verdict: 'unknown', verified: false });
    expect(report.now).toMatch(/cannot be reached.*armed until/);
    host.thaw();
    await until(async () => (await status()).state === 'rolled-back');
    isBefore();
  });

  test('on the command line: guard status, confirm from a new login, rollback', async () => {
    const valops = (...words: readonly string[]) => {
      const login = ['--host', `root@${host.address}`, '--ssh-key', host.key, '--ssh-host-key', host.hostKey, '--json'];
      const home = mkdtempSync(join(tmpdir(), 'valops-home-'));
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, VALOPS_HOME: join(home, 'state') };
      const run = spawnSync(process.execPath, [join(root, 'bin/valops.js'), ...words, ...login], {
        encoding: 'utf8',
        env,
      });
      rmSync(home, { recursive: true });
      return { status: run.status, document: JSON.parse(run.stdout) as unknown };
    };
    expect(valops('guard', 'status')).toMatchObject({ status: 0, document: { hosts: [{ state: 'none' }] } });
    expect(valops('confirm')).toMatchObject({ status: 1, document: { code: 'GUARD_NONE' } });
    await apply({}, { manualConfirm: true, confirmWithin: 120 });
    expect(valops('guard', 'status')).toMatchObject({
      document: { schema: 'valops/guard/1', hosts: [{ state: 'armed', job: 'file', timer: true, coversReboot: true }] },
    });
    expect(valops('confirm')).toMatchObject({ status: 0, document: { hosts: [{ state: 'confirmed' }] } });
    expect(effective()).toBe('644\nmaxauthtries 3');
    host.console(`printf '${before}' >${path}; chmod 600 ${path}`);
    await apply({}, { manualConfirm: true, confirmWithin: 120 });
    expect(valops('rollback')).toMatchObject({ status: 0, document: { hosts: [{ state: 'rolled-back' }] } });
    isBefore();
    expect(valops('rollback')).toMatchObject({ status: 0 });
    nothingLeft();
  });

  describe('our process is killed', () => {
    const directory = { path: '' };
    beforeAll(() => {
      directory.path = mkdtempSync(join(tmpdir(), 'valops-engine-'));
      bundleDriver(engineDriver, directory.path);
    });
    afterAll(() => rmSync(directory.path, { recursive: true, force: true }));

    test.each([
      ['before arming', 1, 'before', false],
      ['after arming', 1, 'after', false],
      ['after the changes', 2, 'after', false],
      ['before the confirmation', 4, 'before', false],
      ['after the confirmation', 4, 'after', true],
    ] as const)('%s: after the guard’s time the host is in a known state', async (_, call, when, applied) => {
      const target = [host.address, host.key, String(call), when, path, after];
      const run = spawnSync(process.execPath, [join(directory.path, 'driver.mjs'), ...target], { encoding: 'utf8' });
      expect({ signal: run.signal, stderr: run.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
      await until(async () => !['armed', 'rolling-back'].includes((await status()).state));
      expect(effective()).toBe(applied ? '644\nmaxauthtries 3' : '600\nmaxauthtries 5');
      expect(host.canLogIn()).toBe(true);
      nothingLeft();
    });

    test('in the middle of a step: the change goes on, nobody confirms, the guard rolls back', async () => {
      const slow = [host.address, host.key, '99', 'after', path, after, 'sleep 3'];
      const child = spawn(process.execPath, [join(directory.path, 'driver.mjs'), ...slow], { stdio: 'ignore' });
      await until(() => host.tryConsole('ls /var/lib/valops/guard/current/apply.pid') !== null);
      child.kill('SIGKILL');
      await until(async () => (await status()).state === 'rolled-back');
      expect(await status()).toMatchObject({ applied: 'ok' });
      isBefore();
    });
  });
});

/** Tries again for 30 seconds what a reloading sshd or a booting host refuses. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Waits until it holds; the test's own time limit ends it otherwise. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 300));
}
