import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const numbers = [11, 12, 13];
const hasScript = spawnSync('script', ['--version']).error === undefined;

interface Applies {
  readonly hosts: readonly { readonly host: string; readonly verdict?: string; readonly error?: { code: string } }[];
  readonly notBegun: readonly string[];
}

describe.runIf(hostsWanted)(`several hosts at once, by the built program (${hostsReason})`, () => {
  let hosts: readonly RealHost[];
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-fleet-'));
    hosts = numbers.map(freshHost);
    declare();
  }, 300_000);
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

  // each test goes on from where the one before it left the hosts: booting them takes longest

  test.runIf(hasScript)(
    'all plans are shown first, and one question is asked for them (needs script of util-linux)',
    () => {
      const words = argv(['ssh', 'harden', '--host', 'val-1', '--host', 'val-2']);
      const run = spawnSync('script', ['-qec', `${process.execPath} ${words.join(' ')}`, '/dev/null'], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...env(), TERM: 'dumb' },
        input: 'n\n',
        timeout: 100_000,
      });
      expect(run.status, run.stdout).toBe(4);
      for (const shown of ['val-1: ssh', 'val-2: ssh', 'Apply these to val-1, val-2?'])
        expect(run.stdout).toContain(shown);
      expect(hosts.map(isHardened)).toEqual([false, false, false]);
    },
    200_000,
  );

  test('the first does not end as planned: no other is begun', () => {
    hosts[0]?.console('mv /etc/sudoers.d/ops /root/ops.sudoers');
    const { status, document } = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '3');
    hosts[0]?.console('mv /root/ops.sudoers /etc/sudoers.d/ops');
    expect(status).toBe(4);
    expect(verdicts(document)).toEqual([['val-1', 'refused']]);
    expect(document.notBegun).toEqual(['val-2', 'val-3']);
    expect(hosts.map(isHardened)).toEqual([false, false, false]);
  }, 200_000);

  test('valops is killed in the middle of a roll-out: every host is hardened or as it was, and lets us in', async () => {
    const child = spawn(
      process.execPath,
      argv(['ssh', 'harden', '--host', 'all', '--yes', '--parallel', '2', '--confirm-within', '40s']),
      { cwd: directory, env: env(), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (/ok: val-[23]: arm the guard/.test(said)) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(child.signalCode, said).toBe('SIGKILL');
    await expect
      .poll(() => JSON.stringify(valops('guard', 'status', '--host', 'all').document.hosts), {
        timeout: 90_000,
        interval: 1000,
      })
      .not.toMatch(/"state":"(armed|rolling-back)"/);
    expect(hosts.map((host) => host.canLogIn('ops'))).toEqual([true, true, true]);
    expect(isHardened(hosts[0] as RealHost)).toBe(true);
    const { status, document } = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '3');
    expect([status, verdicts(document)[0]]).toEqual([0, ['val-1', 'nothing-to-do']]);
    expect(hosts.map(isHardened)).toEqual([true, true, true]);
  }, 300_000);

  test('the first alone, then the others at once; a second run has nothing to do', () => {
    declare('ssh: { override: { MaxAuthTries: 3 } }\n');
    const { status, document, stderr } = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '2');
    expect(verdicts(document), stderr).toEqual([1, 2, 3].map((n) => [`val-${n}`, 'applied']));
    expect([status, document.notBegun]).toEqual([0, []]);
    // val-1 was confirmed before any other was begun
    const order = stderr.split('\n').filter((line) => /ok: val-\d: (arm|log in)/.test(line));
    expect(order[1]).toContain('val-1: log in anew');
    const again = valops('ssh', 'harden', '--host', 'all', '--yes', '--parallel', '3');
    expect([again.status, ...verdicts(again.document).map(([, verdict]) => verdict)]).toEqual([
      0,
      ...hosts.map(() => 'nothing-to-do'),
    ]);
    expect(valops('journal', 'verify').status).toBe(0);
  }, 200_000);

  test('one is down: what was begun ends well, the rest is not begun, and looking hides nobody', () => {
    hosts[1]?.kill();
    declare('ssh: { override: { MaxAuthTries: 2 } }\n');
    const { status, document } = valops('ssh', 'harden', '--host', 'all', '--yes');
    expect(status).toBe(1);
    expect(verdicts(document)).toEqual([
      ['val-1', 'applied'],
      ['val-2', expect.stringMatching(/^HOST_/)],
    ]);
    expect(document.notBegun).toEqual(['val-3']);
    const checked = valops('ssh', 'check', '--host', 'all');
    expect(checked.status).toBe(1);
    expect(checked.document.hosts).toMatchObject([
      { name: 'val-1', checks: expect.any(Array) },
      { name: 'val-2', error: { code: expect.stringMatching(/^HOST_/) } },
      { name: 'val-3', checks: expect.any(Array) },
    ]);
  }, 200_000);
});
