import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 9;

describe.runIf(hostsWanted)(`harden a stock Debian host by the built program (${hostsReason})`, () => {
  let host: RealHost;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-harden-'));
    host = freshHost(number);
    const source = host.address.replace(/\.\d+$/, '.0/24');
    writeFileSync(
      join(directory, 'valops.yaml'),
      `hosts:
  val-1: { address: ${host.address}, user: ops, key: ${host.key}, hostKey: "${host.hostKey}" }
firewall:
  management: [${source}]
  public: [{ port: 29001, proto: tcp, name: gossip }]
  local: [{ port: 9002, proto: tcp, name: rpc }]
`,
    );
  });
  afterAll(() => {
    removeHost(number);
    rmSync(directory, { recursive: true, force: true });
  });

  const valops = (...words: readonly string[]): { status: number | null; document: Record<string, unknown> } => {
    const run = spawnSync(process.execPath, [join(root, 'bin/valops.js'), ...words, '--host', 'val-1', '--json'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, VALOPS_HOME: join(directory, 'home') },
      timeout: 120_000,
    });
    return { status: run.status, document: JSON.parse(run.stdout) as Record<string, unknown> };
  };
  const reaches = (port: number): boolean =>
    spawnSync('bash', ['-c', `exec 3<>/dev/tcp/${host.address}/${port}`], { timeout: 2000 }).status === 0;
  const listen = (port: number): void => {
    host.console(`systemd-run -q --unit=listen-${port} nc -lk -p ${port}`);
  };

  test('one plan, applied under the guard, proven by a new login; then nothing is left to do', () => {
    expect(valops('harden', '--plan').status).toBe(3);
    const { status, document } = valops('harden', '--yes', '--confirm-within', '60s');
    expect([status, document['verdict'], document['verified']]).toEqual([0, 'applied', true]);
    const again = valops('harden', '--yes');
    expect([again.status, again.document['verdict']]).toEqual([0, 'nothing-to-do']);
    expect(valops('ssh', 'check').status).toBe(0);
  });

  test('what is closed is closed for real: root, passwords, the local port, undeclared ports', () => {
    for (const port of [9002, 29001, 8899]) listen(port);
    expect([host.canLogIn('ops'), host.canLogIn('root')]).toEqual([true, false]);
    expect([reaches(29001), reaches(9002), reaches(8899)]).toEqual([true, false, false]);
    expect(host.console('sshd -T | grep -x "passwordauthentication no"')).not.toBe('');
    // RPC on a public address is a finding even though the firewall hides it
    const check = valops('firewall', 'check');
    expect([check.status, JSON.stringify(check.document)]).toEqual([3, expect.stringContaining('9002')]);
  });

  test('a plan that would lock us out is refused, and the host is as it was', () => {
    const before = host.console('sshd -T; nft list chain inet valops input');
    writeFileSync(
      join(directory, 'valops.yaml'),
      `hosts:
  val-1: { address: ${host.address}, user: ops, key: ${host.key}, hostKey: "${host.hostKey}" }
ssh: { allowUsers: [somebody-else] }
firewall: { management: [192.0.2.0/24] }
`,
    );
    const { status, document } = valops('harden', '--yes');
    expect([status, document['verdict']]).toEqual([4, 'refused']);
    expect(host.console('sshd -T; nft list chain inet valops input')).toBe(before);
    expect(host.canLogIn('ops')).toBe(true);
  });
});
