import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const [number, outsiderNumber] = [5, 6];
const rulesOf = 'cat /etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/ufw.conf /etc/default/ufw | sha256sum';

describe.runIf(hostsWanted)(`the firewall of a stock Debian, by bin/valops.js over SSH (${hostsReason})`, () => {
  let host: RealHost;
  let outsider: RealHost;
  let directory: string;

  beforeAll(() => {
    outsider = freshHost(outsiderNumber);
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-firewall-'));
    host = freshHost(number);
    for (const port of [8545, 9000, 9001]) host.console(`systemd-run -q nc -lk 0.0.0.0 ${port}`);
    declare();
    return () => rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => {
    removeHost(number);
    removeHost(outsiderNumber);
  });

  /** The hub, where this runs, is a management source; the outsider is none. */
  function declare(management = host.address.replace(/\d+$/, '1'), publicPort = 9000): void {
    const firewall = {
      management: [management],
      public: [{ port: publicPort, proto: 'tcp', name: 'p2p' }],
      local: [{ port: 8545, proto: 'tcp', name: 'rpc' }],
      egressDeny: ['192.168.0.0/16'],
    };
    writeFileSync(join(directory, 'valops.yaml'), JSON.stringify({ firewall }));
  }

  function valops(...words: readonly string[]): {
    readonly status: number | null;
    readonly text: string;
    readonly document: Document;
  } {
    const how = ['--host', `root@${host.address}`, '--ssh-key', host.key, '--ssh-host-key', host.hostKey, '--json'];
    const argv = [join(root, 'bin/valops.js'), ...words, ...how, '--config', join(directory, 'valops.yaml')];
    const env = { PATH: process.env['PATH'], VALOPS_HOME: join(directory, 'home') };
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8', timeout: 200_000 });
    if (stdout === '') throw new Error(`no document: ${stderr}`);
    return { status, text: stdout + stderr, document: JSON.parse(stdout) as Document };
  }

  const reachable = (port: number): boolean =>
    spawnSync('timeout', ['1', 'bash', '-c', `: </dev/tcp/${host.address}/${port}`]).status === 0;
  const reachableFromOutside = (port: number): boolean =>
    outsider.tryConsole(`nc -z -w 1 ${host.address} ${port}`) !== null;
  const failing = ({ document }: ReturnType<typeof valops>): readonly string[] =>
    (document.hosts?.[0]?.findings ?? [])
      .filter(({ status }) => status === 'fail' || status === 'unknown')
      .map(({ message }) => message);
  const reboot = (): void => {
    host.kill();
    host.boot();
  };

  test('nftables: default deny for real, idempotent, kept by a reboot, explained, checked', () => {
    expect(reachableFromOutside(22)).toBe(true);
    expect(valops('firewall', 'plan').status).toBe(3);
    const applied = valops('firewall', 'apply', '--yes');
    expect(applied.document, applied.text).toMatchObject({ verdict: 'applied', verified: true, confirmed: true });
    const holds = (): void => {
      expect([22, 9000, 9001, 8545].map(reachable)).toEqual([true, true, false, false]);
      expect([22, 9000, 9001, 8545].map(reachableFromOutside)).toEqual([false, true, false, false]);
    };
    holds();
    expect(valops('firewall', 'apply', '--yes')).toMatchObject({ status: 0, document: { verdict: 'nothing-to-do' } });
    expect(valops('firewall', 'plan').status).toBe(0);

    reboot();
    for (const port of [8545, 9000, 9001]) host.console(`systemd-run -q nc -lk 0.0.0.0 ${port}`);
    holds();
    expect(valops('firewall', 'status').document.hosts?.[0]).toMatchObject({
      backend: 'nftables',
      runningAsDeclared: 'yes',
      bootAsDeclared: 'yes',
    });
    // hidden by the firewall, and wrong all the same
    const check = valops('firewall', 'check');
    expect(check.status).toBe(3);
    expect(failing(check)).toEqual([
      'declared local only, and listens on other than loopback',
      'not declared: public, or local and then on loopback',
    ]);
    const explained = valops('firewall', 'explain', `${outsider.address}:22`);
    expect(explained.document.hosts?.[0]?.connections?.[0]).toMatchObject({ verdict: 'drop', rule: 'policy drop' });

    // what nftables.service flushes comes back with it
    host.console(
      'systemctl start nftables; systemctl start valops-firewall; systemctl restart valops-firewall; systemctl restart nftables',
    );
    host.console(
      'for i in 1 2 3 4 5 6 7 8 9 10; do nft list table inet valops >/dev/null 2>&1 && exit; sleep 0.3; done; exit 1',
    );
    expect(valops('firewall', 'status').document.hosts?.[0]).toMatchObject({
      runningAsDeclared: 'yes',
      foreignTables: [{ name: 'inet filter' }],
    });
  }, 200_000);

  test('nftables: power lost before the confirmation: the host comes up as it was', () => {
    expect(valops('firewall', 'apply', '--yes', '--manual-confirm').document).toMatchObject({
      verdict: 'applied',
      confirmed: false,
    });
    expect(reachableFromOutside(22)).toBe(false);
    reboot();
    expect(
      host.console('nft list tables; ls /etc/valops-firewall.nft /etc/systemd/system/*/valops* 2>/dev/null; true'),
    ).toBe('');
    expect(reachableFromOutside(22)).toBe(true);
    // the same over rules that were confirmed before
    expect(valops('firewall', 'apply', '--yes').document).toMatchObject({ confirmed: true });
    declare(undefined, 9001);
    expect(valops('firewall', 'apply', '--yes', '--manual-confirm').document).toMatchObject({ confirmed: false });
    reboot();
    expect(host.console('nft list table inet valops | grep -c "dport 9000 accept"')).toBe('1');
    declare();
    expect(valops('firewall', 'plan').status).toBe(0);
  }, 200_000);

  test('a change by hand is seen and put right; a table of somebody else is left alone unless pruned', () => {
    valops('firewall', 'apply', '--yes');
    host.console('nft add rule inet valops input tcp dport 9001 accept');
    host.console(
      "nft 'table inet other { chain c { type filter hook input priority 5; policy accept; tcp dport 9000 drop; }; }'",
    );
    expect(reachable(9001)).toBe(true);
    expect(failing(valops('firewall', 'check'))).toContain('not as declared: replace table inet valops');
    expect(failing(valops('firewall', 'check'))).toContain('declared public, and the rules that run keep it closed');
    expect(valops('firewall', 'apply', '--yes').document).toMatchObject({ verdict: 'applied' });
    expect([9000, 9001].map(reachable)).toEqual([false, false]);
    const before = host.console('nft -s list table inet other');
    expect(valops('firewall', 'apply', '--yes', '--prune', '--manual-confirm').document).toMatchObject({
      verdict: 'applied',
    });
    expect(reachable(9000)).toBe(true);
    expect(valops('rollback').status).toBe(0);
    expect(host.console('nft -s list table inet other')).toBe(before);
    expect(valops('firewall', 'apply', '--yes', '--prune').document).toMatchObject({ verdict: 'applied' });
    expect(host.console('nft list tables')).toBe('table inet valops');
  }, 200_000);

  test('refused: a source that is excluded, two tools', () => {
    declare('192.0.2.0/24');
    const excluded = valops('firewall', 'apply', '--yes');
    expect(excluded.status).toBe(4);
    expect(excluded.text).toContain('FIREWALL_SOURCE_EXCLUDED');
    declare();
    host.console('ufw allow 22/tcp; ufw --force enable');
    const two = valops('firewall', 'apply', '--yes', '--backend', 'nftables');
    expect(two.status).toBe(4);
    expect(two.text).toContain('FIREWALL_TWO_TOOLS');
    expect(host.console('nft list tables | grep -c valops || true')).toBe('0');
  }, 200_000);

  test('ufw: default deny for real, foreign rules kept or pruned, exact way back, kept by a reboot', () => {
    host.console('ufw allow 9001/tcp comment mine');
    const before = host.console(rulesOf);
    expect(valops('firewall', 'apply', '--yes', '--backend', 'ufw', '--manual-confirm').document).toMatchObject({
      confirmed: false,
    });
    expect([22, 9000, 9001, 8545].map(reachableFromOutside)).toEqual([false, true, true, false]);
    reboot();
    expect(host.console(rulesOf)).toBe(before);
    expect(host.console('ufw status')).toBe('Status: inactive');
    expect(reachableFromOutside(22)).toBe(true);

    expect(valops('firewall', 'apply', '--yes', '--backend', 'ufw').document).toMatchObject({
      verdict: 'applied',
      confirmed: true,
    });
    expect(valops('firewall', 'apply', '--yes').document).toMatchObject({ verdict: 'nothing-to-do' });
    const kept = host.console(rulesOf);
    declare(undefined, 9001);
    expect(valops('firewall', 'apply', '--yes', '--prune', '--manual-confirm').document).toMatchObject({
      verdict: 'applied',
    });
    expect(valops('rollback').status).toBe(0);
    expect(host.console(rulesOf)).toBe(kept);
    expect(valops('firewall', 'apply', '--yes', '--prune').document).toMatchObject({ verdict: 'applied' });
    reboot();
    for (const port of [8545, 9000, 9001]) host.console(`systemd-run -q nc -lk 0.0.0.0 ${port}`);
    expect([22, 9000, 9001, 8545].map(reachable)).toEqual([true, false, true, false]);
    expect([22, 9000, 9001, 8545].map(reachableFromOutside)).toEqual([false, false, true, false]);
    expect(valops('firewall', 'status').document.hosts?.[0]).toMatchObject({
      backend: 'ufw',
      runningAsDeclared: 'yes',
      bootAsDeclared: 'yes',
    });
    expect(
      valops('firewall', 'explain', `${outsider.address}:9001`).document.hosts?.[0]?.connections?.[0],
    ).toMatchObject({ verdict: 'accept' });
  }, 300_000);
});

interface Document {
  readonly hosts?: readonly {
    readonly findings?: readonly { readonly status: string; readonly message: string }[];
    readonly connections?: readonly object[];
  }[];
}
