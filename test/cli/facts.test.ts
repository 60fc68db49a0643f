import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function valops(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const home = temporaryDirectory();
  mkdirSync(join(home, 'here'));
  const run = spawnSync(process.execPath, [join(root, 'bin/valops.js'), 'facts', ...words], {
    encoding: 'utf8',
    cwd: join(home, 'here'),
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    input: '',
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** Nothing listens on port 1 of loopback. */
const nobody = (user: string): readonly string[] => ['--host', `${user}@127.0.0.1:1`];

describe('valops facts', () => {
  test('prints one document with what was asked for, and no more', () => {
    const { status, stdout } = valops('--only', 'system.os,system.session', '--json');
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { schema: string; hosts: { facts: Record<string, unknown> }[] };
    expect(document).toMatchObject({
      schema: 'valops/facts/1',
      hosts: [{ name: 'this machine', roundTrips: 1, login: { from: null, to: null, keyFingerprint: null } }],
    });
    expect(Object.keys(document.hosts[0]?.facts ?? {})).toEqual(['system.os', 'system.session']);
    expect(document.hosts[0]?.facts['system.os']).toMatchObject({ known: true });
  });

  test('prints a line for each fact', () => {
    const { status, stdout } = valops('--only', 'system');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^this machine {2}\d+ facts.*, \d{4}-\d\d-\d\dT\S+Z\n( {2}system\.[a-z]+ +\S.*\n)+$/);
    expect(stdout).toMatch(/^ {2}system\.session +uid \d+/m);
  });

  test('refuses a family it does not have, before any host is asked', () => {
    const { status, stdout, stderr } = valops('--only', 'ssh,wifi', ...nobody('ops'), '--json');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'valops/error/1', code: 'USAGE' });
    expect(stderr).toContain('"wifi", which is no family of facts and no fact');
    expect(stderr).toContain('system, ssh, login, accounts, firewall, listening');
  });

  test('one host that cannot be reached is an error of its own code', () => {
    const { status, stdout } = valops(
      '--only',
      'system',
      ...nobody('ops'),
      '--ssh-host-key',
      `SHA256:${'A'.repeat(43)}`,
      '--json',
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'valops/error/1', code: 'HOST_UNREACHABLE' });
  });

  test('of several hosts, each that fails says so in its place', () => {
    const pin = ['--ssh-host-key', `SHA256:${'A'.repeat(43)}`];
    const { status, stdout } = valops('--only', 'system', ...nobody('ops'), ...nobody('root'), ...pin, '--json');
    expect(status).toBe(1);
    const error = { code: 'HOST_UNREACHABLE' };
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'valops/facts/1',
      hosts: [
        { name: 'ops@127.0.0.1:1', error },
        { name: 'root@127.0.0.1:1', error },
      ],
    });
  });
});
