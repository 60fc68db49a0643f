import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/audit/finding.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';
import { type Ran, valops } from '../support/valops.ts';

const number = 9;
const checklist = 'quarterly';

describe.runIf(hostsWanted)(`an audit of a host that is hostile, or broken (${hostsReason})`, () => {
  let host: RealHost;
  let home: string;
  let clean: AuditReport;

  /** By the built program, which is killed after a minute. */
  async function audit(user = 'root'): Promise<Ran> {
    const where = ['--host', `${user}@${host.address}`, '--ssh-key', host.key, '--ssh-host-key', host.hostKey];
    const ran = await valops(['audit', 'run', checklist, ...where, '--json'], { home });
    expect(ran.hung, 'the run did not end').toBe(false);
    return ran;
  }

  async function report(user?: string): Promise<AuditReport> {
    const ran = await audit(user);
    expect(ran.status, ran.stderr).toBe(3);
    return ran.json() as unknown as AuditReport;
  }

  /** What is unknown now and was not. */
  const lost = ({ findings }: AuditReport): readonly Finding[] =>
    findings.filter(
      ({ id, status }) =>
        status === 'unknown' && !clean.findings.some((one) => one.id === id && one.status === 'unknown'),
    );
  const openIn = ({ findings }: AuditReport, id: string): readonly string[] =>
    findings.filter((one) => one.id === id && one.status !== 'pass').map(({ status }) => status);

  beforeAll(() => {
    host = freshHost(number);
  });
  afterAll(() => {
    removeHost(number);
    if (home !== undefined) rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    home ??= mkdtempSync(join(tmpdir(), 'valops-hostile-'));
    clean ??= await report();
  });

  test('a program that hangs costs its own answers, and nothing else', async () => {
    // found before those of the distribution
    for (const name of ['nft', 'ss']) {
      host.console(
        `printf '#!/bin/sh\\nexec sleep 3600\\n' >/usr/local/sbin/${name}; chmod 755 /usr/local/sbin/${name}`,
      );
    }
    try {
      const found = await report();
      expect(lost(found).map(({ id }) => id)).toContain('firewall.listeners');
      for (const { evidence } of lost(found)) expect(evidence).toMatch(/killed: no answer within \d+ s|nft|ss\b/);
      expect(lost(found).filter(({ id }) => id.startsWith('ssh.') || id.startsWith('accounts.'))).toEqual([]);
    } finally {
      host.console('rm -f /usr/local/sbin/nft /usr/local/sbin/ss');
    }
    expect(host.tryConsole("pgrep -f '^sleep 3600'")).toBeNull();
  }, 120_000);

  test('named pipes that nobody writes to, where files are read, stop nothing', async () => {
    const pipes = [
      '/home/ops/.ssh/authorized_keys',
      '/home/ops/.bashrc',
      '/home/ops/.profile',
      '/etc/ssh/moduli',
      '/etc/sysctl.d/00-pipe.conf',
      '/etc/cron.d/pipe',
      '/etc/sudoers.d/pipe',
      '/etc/profile.d/pipe.sh',
      '/etc/apt/sources.list.d/pipe.list',
      '/etc/apt/apt.conf.d/99pipe',
      '/etc/modprobe.d/pipe.conf',
      '/etc/logrotate.d/pipe',
      '/etc/udev/rules.d/pipe.rules',
      '/etc/systemd/system/pipe.service',
      '/tmp/id.json',
      '/var/tmp/id_ed25519',
      '/var/log/auth.log',
    ];
    host.console(pipes.map((path) => `[ ! -e ${path} ] || mv ${path} ${path}.was; mkfifo -m 600 ${path}`).join('\n'));
    try {
      const found = await report();
      expect(openIn(found, 'ssh.moduli')).toEqual(['unknown']);
      expect(openIn(found, 'ssh.root-login')).toEqual(openIn(clean, 'ssh.root-login'));
    } finally {
      host.console(pipes.map((path) => `rm -f ${path}; [ ! -e ${path}.was ] || mv ${path}.was ${path}`).join('\n'));
    }
  }, 120_000);

  test('logs of garbage and a line of 2 GB are survived, and count as no login', async () => {
    const script = `cd /var/log
head -c 8388608 /dev/urandom >auth.log
truncate -s +2G auth.log
printf '\\nNov 20 00:00:00 host sshd[1]: Accepted publickey for root from 203.0.113.99 port 1 ssh2: ED25519 SHA256:%043d\\n' 0 >>auth.log
head -c 4194304 /dev/urandom >wtmp; cp wtmp btmp; cp wtmp lastlog
head -c 1048576 /dev/urandom >/var/log/journal.garbage`;
    host.console(`for f in wtmp btmp lastlog; do cp -p /var/log/$f /root/$f; done\n${script}`);
    try {
      const found = await report();
      expect(openIn(found, 'ssh.root-login')).toEqual(openIn(clean, 'ssh.root-login'));
      expect(openIn(found, 'accounts.only-root-is-uid-0')).toEqual([]);
      expect(JSON.stringify(found).length).toBeLessThan(4_000_000);
    } finally {
      host.console(
        'cd /var/log; rm auth.log journal.garbage; for f in wtmp btmp lastlog; do mv /root/$f /var/log/$f; done',
      );
    }
  }, 120_000);

  test('what cannot be read is unknown, and says why', async () => {
    host.console('mv /etc/ssh/moduli /root/moduli; mkdir /etc/ssh/moduli');
    try {
      const found = await report();
      expect(openIn(found, 'ssh.moduli')).toEqual(['unknown']);
      for (const { evidence } of lost(found)) expect(evidence).toMatch(/\S/);
    } finally {
      host.console('rmdir /etc/ssh/moduli; mv /root/moduli /etc/ssh/moduli');
    }
  }, 120_000);

  test('where nobody is root, what needs it is unknown', async () => {
    host.console('mv /etc/sudoers.d/ops /root/ops');
    try {
      const found = await report('ops');
      const first = found.findings.find(({ id }) => id === 'accounts.no-empty-passwords');
      expect(first).toMatchObject({ status: 'unknown', evidence: expect.stringContaining('needs root') });
      expect(openIn(found, 'time.clock-agrees')).toEqual([]);
    } finally {
      host.console('mv /root/ops /etc/sudoers.d/ops');
    }
  }, 120_000);

  test('a full disk: the run says so, earlier reports stay, and nothing half written is left', async () => {
    const before = home;
    home = mkdtempSync(join(tmpdir(), 'valops-hostile-full-'));
    mkdirSync(home, { recursive: true });
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', home]);
    try {
      await report();
      const kept = filesBelow(home);
      spawnSync('sh', ['-c', `cat /dev/zero >${join(home, 'fill')}`]);
      const full = await audit();
      expect({ status: full.status, stderr: full.stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/no space left|ENOSPC|could not be (stored|written)/i),
      });
      rmSync(join(home, 'fill'));
      const after = filesBelow(home);
      for (const [path, bytes] of kept) expect(after.get(path)?.equals(bytes) ?? path, path).toBe(true);
      expect([...after.keys()].filter((path) => path.includes('/reports/'))).toEqual(
        [...kept.keys()].filter((path) => path.includes('/reports/')),
      );
      await report();
    } finally {
      spawnSync('umount', [home]);
      rmSync(home, { recursive: true, force: true });
      home = before;
    }
  }, 120_000);
});

function filesBelow(directory: string): Map<string, Buffer> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return new Map(paths.toSorted().map((path) => [path, readFileSync(path)]));
}
