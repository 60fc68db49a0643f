import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const numbers = [11, 12, 13, 14];
const hasUtilLinuxScript = spawnSync('script', ['--version']).error === undefined;

interface Applies {
  readonly hosts: readonly { readonly host: string; readonly verdict?: string; readonly error?: { code: string } }[];
  readonly notBegun: readonly string[];
}

describe.runIf(hostsWanted)(`several hosts at once, by the built program (${hostsReason})`, () => {
  let hosts: readonly RealHost[];
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-fleet-'));
  });
  beforeEach(() => {
    hosts = numbers.map(freshHost);
    declare();
  });
  afterAll(() => {
    for (const number of numbers) removeHost(number);
    rmSync(directory, { recursive: true, force: true });
  });

  function declare(more = ''): void {
    const lines = hosts.map(
      ({ address, key, hostKey }, index) =>
        `  val-${index + 1}: { address: ${address}, user: ops, key: ${key}, hostKey: "${hostKey}", groups: [all] }`,
    );
    writeFileSync(join(directory, 'valops.yaml'), `hosts:\n${lines.join('\n')}\n${more}`);
  }

  const argv = (words: readonly string[]): readonly string[] => [join(root, 'bin/valops.js'), ...words];
  const env = () => ({ PATH: process.env['PATH'] ?? '', HOME: directory, VALOPS_HOME: join(directory, 'home') });
  function valops(...words: readonly string[]) {
    const run = spawnSync(process.execPath, argv([...words, '--json']), {
      cwd: directory,
      encoding: 'utf8',
      env: env(),
      timeout: 200_000,
    });
    if (run.stdout === '') throw new Error(`no document: ${run.stderr}`);
    return { status: run.status, stderr: run.stderr, document: JSON.parse(run.stdout) as Applies };
  }
  const isHardened = ({ console: on }: RealHost): boolean => on('sshd -T').includes('\npasswordauthentication no\n');
  const verdicts = ({ hosts: ended }: Applies) =>
    ended.map(({ host, verdict, error }) => [host, verdict ?? error?.code]);

  test('the first alone, then the others at once; a second run has nothing to do', () => {
    const { status, document, stderr } = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '3');
    expect(verdicts(document), stderr).toEqual([1, 2, 3, 4].map((n) => [`val-${n}`, 'applied']));
    expect([status, document.notBegun]).toEqual([0, []]);
    expect(hosts.map(isHardened)).toEqual([true, true, true, true]);
    // val-1 was confirmed before any other was begun
    const order = stderr.split('\n').filter((line) => /ok: val-\d: (arm|log in)/.test(line));
    expect(order[1]).toContain('val-1: log in anew');
    expect(order.slice(2, 5).every((line) => line.includes('arm the guard'))).toBe(true);
    const again = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '4');
    expect([again.status, ...verdicts(again.document).map(([, verdict]) => verdict)]).toEqual([
      0,
      ...hosts.map(() => 'nothing-to-do'),
    ]);
    // the journal of both sides has each of them once
    const journal = valops('journal', 'verify');
    expect(journal.status).toBe(0);
  }, 200_000);

  test('the first does not end as planned: no other is begun', () => {
    hosts[0]?.console('usermod -p "*" ops; rm /etc/sudoers.d/ops');
    const { status, document } = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '4');
    expect(status).toBe(4);
    expect(verdicts(document)).toEqual([['val-1', 'refused']]);
    expect(document.notBegun).toEqual(['val-2', 'val-3', 'val-4']);
    expect(hosts.map(isHardened)).toEqual([false, false, false, false]);
  }, 200_000);

  test('one in the middle is down: what was begun ends well, the rest is not begun, and looking hides nobody', () => {
    hosts[1]?.kill();
    const { status, document } = valops('ssh', 'harden', '--host', 'all', '--yes');
    expect(status).toBe(1);
    expect(verdicts(document)).toEqual([
      ['val-1', 'applied'],
      ['val-2', expect.stringMatching(/^HOST_/)],
    ]);
    expect(document.notBegun).toEqual(['val-3', 'val-4']);
    const checked = valops('ssh', 'check', '--host', 'all');
    expect(checked.status).toBe(1);
    expect(checked.document.hosts).toMatchObject([
      { name: 'val-1', checks: expect.any(Array) },
      { name: 'val-2', error: { code: expect.stringMatching(/^HOST_/) } },
      { name: 'val-3', checks: expect.any(Array) },
      { name: 'val-4', checks: expect.any(Array) },
    ]);
  }, 200_000);

  test('valops is killed in the middle of a roll-out: every host is hardened or as it was, and lets us in', async () => {
    const child = spawn(
      process.execPath,
      argv(['ssh', 'harden', '--host', 'all', '--yes', '--parallel', '3', '--confirm-within', '12s']),
      { cwd: directory, env: env(), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (/ok: val-[234]: arm the guard/.test(said)) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(child.signalCode).toBe('SIGKILL');
    await expect
      .poll(() => valops('guard', 'status', '--host', 'all').document.hosts, { timeout: 60_000, interval: 1000 })
      .not.toContainEqual(expect.objectContaining({ state: expect.stringMatching(/^(armed|rolling-back)$/) }));
    expect(hosts.map((host) => host.canLogIn('ops'))).toEqual([true, true, true, true]);
    expect(hosts.map(isHardened)[0]).toBe(true);
    expect(valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '4').status).toBe(0);
    expect(hosts.map(isHardened)).toEqual([true, true, true, true]);
  }, 200_000);

  test.runIf(hasUtilLinuxScript)(
    'all plans are shown first, and one question is asked for them (needs script of util-linux)',
    () => {
      const answered = (answer: string) =>
        spawnSync(
          'script',
          [
            '-qec',
            `${process.execPath} ${argv(['ssh', 'harden', '--host', 'val-1', '--host', 'val-2']).join(' ')}`,
            '/dev/null',
          ],
          { cwd: directory, encoding: 'utf8', env: { ...env(), TERM: 'dumb' }, input: answer, timeout: 100_000 },
        );
      const declined = answered('n\n');
      expect(declined.status, declined.stdout).toBe(4);
      expect(declined.stdout).toContain('val-1: ssh');
      expect(declined.stdout).toContain('val-2: ssh');
      expect(declined.stdout.match(/Apply these to val-1, val-2\?/)).not.toBeNull();
      expect(hosts.map(isHardened)).toEqual([false, false, false, false]);
      const agreed = answered('y\n');
      expect(agreed.status, agreed.stdout).toBe(0);
      expect(hosts.map(isHardened)).toEqual([true, true, false, false]);
    },
    200_000,
  );
});
