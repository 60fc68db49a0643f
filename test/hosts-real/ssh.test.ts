import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/core/apply.ts';
import type { Job } from '../../src/core/job.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { sshJob } from '../../src/ssh/job.ts';
import { root } from '../architecture/imports.ts';
import { applyDoors } from '../support/apply-doors.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';
import { makeKey } from '../support/sshd.ts';

const number = 3;
const hasSshAudit = spawnSync('ssh-audit', ['--help']).error === undefined;

interface Ran {
  readonly status: number | null;
  readonly document: { readonly [member: string]: unknown };
}

describe.runIf(hostsWanted)(`SSH hardening of a real host (${hostsReason})`, { timeout: 300_000 }, () => {
  let host: RealHost;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-ssh-'));
  });
  beforeEach(() => {
    host = freshHost(number);
  }, 200_000);
  afterAll(() => {
    removeHost(number);
    rmSync(directory, { recursive: true, force: true });
  });

  function valops(
    words: readonly string[],
    more: { user?: string; port?: number; config?: string; key?: string; host?: string } = {},
  ): Ran {
    const config = join(directory, 'valops.yaml');
    writeFileSync(config, more.config ?? '');
    const address = `${more.user ?? 'ops'}@${host.address}${more.port === undefined ? '' : `:${more.port}`}`;
    const reach = ['--host', more.host ?? address, '--ssh-key', more.key ?? host.key, '--ssh-host-key', host.hostKey];
    const run = spawnSync(
      process.execPath,
      [join(root, 'bin/valops.js'), 'ssh', ...words, '--json', '--config', config, ...reach],
      { encoding: 'utf8', env: { ...process.env, VALOPS_HOME: join(directory, 'home') }, timeout: 120_000 },
    );
    if (run.stdout === '') throw new Error(`valops said nothing but: ${run.stderr}`);
    return { status: run.status, document: JSON.parse(run.stdout) as Ran['document'] };
  }
  const harden = (more: Parameters<typeof valops>[1] = {}): Ran =>
    valops(['harden', '--yes', '--confirm-within', '30s'], more);
  const checkOf = (id: string, more: Parameters<typeof valops>[1] = {}): object | undefined =>
    (valops(['check'], more).document['hosts'] as { checks: { id: string }[] }[])[0]?.checks.find(
      (one) => one.id === id,
    );
  const failureOf = ({ document }: Ran): string => (document['failure'] as { code: string } | null)?.code ?? '';
  const state = (): string =>
    host.console(
      'find /etc/ssh /etc/systemd/system -type f ! -name "*.valops-old" -exec sha256sum {} + | sort; find /etc/ssh -type f ! -name "*.valops-old" -printf "%p %m %u:%g\\n" | sort; sshd -T',
    );
  const nothingStays = (): void =>
    expect(host.console('ls /run | grep -c "[c]anary"; ps ax | grep -c "valops-[c]anary"; true')).toBe('0\n0');
  const attempt = (user: string, method: string): string =>
    spawnSync(
      'ssh',
      [
        ...[
          '-o',
          'StrictHostKeyChecking=no',
          '-o',
          'UserKnownHostsFile=/dev/null',
          '-o',
          'BatchMode=yes',
          '-i',
          host.key,
        ],
        ...['-o', `PreferredAuthentications=${method}`, `${user}@${host.address}`, 'true'],
      ],
      { encoding: 'utf8', timeout: 10_000 },
    ).stderr;

  test('a stock host is hardened by one command; a second run has nothing to do; strangers are refused for real', () => {
    expect(valops(['check']).status).toBe(3);
    expect(attempt('ops', 'password')).toContain('(publickey,password)');
    const applied = harden();
    expect(applied.document).toMatchObject({ verdict: 'applied', verified: true, confirmed: true });
    expect(applied.status).toBe(0);
    nothingStays();

    expect(harden()).toMatchObject({ status: 0, document: { verdict: 'nothing-to-do' } });
    expect(valops(['plan'])).toMatchObject({ status: 0, document: { changes: [], refusals: [] } });
    expect(valops(['check']).status).toBe(0);
    // no password is asked for any more, and root is not let in by its key
    expect(attempt('ops', 'password')).toContain('Permission denied (publickey)');
    expect(attempt('root', 'publickey')).toContain('Permission denied (publickey)');
    expect(host.canLogIn('ops')).toBe(true);
  });

  test.runIf(hasSshAudit)('ssh-audit (which must be installed) finds no failure', () => {
    expect(harden().status).toBe(0);
    const audit = spawnSync('ssh-audit', ['-b', host.address], { encoding: 'utf8', timeout: 60_000 }).stdout;
    expect(audit).toContain('(kex) curve25519-sha256');
    expect(audit).not.toContain('[fail]');
  });

  test('cloud-init and Match blocks: the effective result is right, and told with file and line', () => {
    host.console(
      'echo "PasswordAuthentication yes" >/etc/ssh/sshd_config.d/50-cloud-init.conf; printf "Match User root\\n PermitRootLogin yes\\nMatch Address 10.0.0.0/8\\n PasswordAuthentication yes\\n" >>/etc/ssh/sshd_config; systemctl reload ssh; sleep 1',
    );
    expect(attempt('ops', 'password')).toContain('(publickey,password)');
    expect(checkOf('PasswordAuthentication')).toMatchObject({ setBy: '/etc/ssh/sshd_config.d/50-cloud-init.conf:1' });
    expect(harden().document).toMatchObject({ verdict: 'applied', verified: true });
    expect(attempt('ops', 'password')).toContain('Permission denied (publickey)');
    expect(attempt('root', 'publickey')).toContain('Permission denied (publickey)');
    expect(host.console('sshd -T -C user=root,host=x,addr=10.1.1.1 | grep -E "^(permitroot|passworda)"')).toBe(
      'permitrootlogin no\npasswordauthentication no',
    );
  });

  test('an Include that comes last: what the main file says first is told with its line, and no longer counts', () => {
    host.console(
      'sed -i /^Include/d /etc/ssh/sshd_config; printf "PasswordAuthentication yes\\nMaxAuthTries 9\\nInclude /etc/ssh/sshd_config.d/*.conf\\n" >>/etc/ssh/sshd_config; systemctl reload ssh; sleep 1',
    );
    const line = host.console('grep -n "^PasswordAuthentication yes" /etc/ssh/sshd_config').split(':')[0];
    expect(checkOf('PasswordAuthentication')).toMatchObject({
      result: 'fail',
      setBy: `/etc/ssh/sshd_config:${line}`,
    });
    expect(attempt('ops', 'password')).toContain('(publickey,password)');
    expect(harden().document).toMatchObject({ verdict: 'applied', verified: true });
    expect(attempt('ops', 'password')).toContain('Permission denied (publickey)');
    expect(checkOf('PasswordAuthentication')).toMatchObject({
      result: 'pass',
      setBy: expect.stringContaining('00-valops.conf'),
    });
  });

  test('ssh.socket: sshd is started anew by the next login, the session that is open goes on', async () => {
    host.console('systemctl disable --now ssh.service; systemctl enable --now ssh.socket');
    const { makeHosts } = await import('../support/hosts.ts');
    const open = await makeHosts({ key: host.key, hostKey: host.hostKey, transport: 'ssh2' }).hosts.connect(
      `ops@${host.address}`,
    );
    expect(harden().document).toMatchObject({ verdict: 'applied', verified: true });
    expect((await open.run({ script: 'exit 42', as: 'user', timeout: 10_000 })).exitCode).toBe(42);
    await open.close();
    expect(attempt('ops', 'password')).toContain('Permission denied (publickey)');
    expect(host.console('systemctl is-active ssh.socket')).toBe('active');
    expect(harden()).toMatchObject({ status: 0, document: { verdict: 'nothing-to-do' } });
  });

  test('an address that sshd has not read yet: refused, for a reload would leave it without a port', () => {
    host.console('echo "ListenAddress 192.0.2.77" >/etc/ssh/sshd_config.d/10-admin.conf');
    const refused = harden();
    expect([refused.status, failureOf(refused)]).toEqual([4, 'PLAN_REFUSED']);
    expect(JSON.stringify(refused.document)).toContain('LOCKOUT_NOT_LISTENING');
    expect(host.canLogIn('ops')).toBe(true);
  });

  test('ssh.socket with a port of its own: told with its file, and brought where it was declared', () => {
    host.console(
      'systemctl disable --now ssh.service; mkdir /etc/systemd/system/ssh.socket.d; printf "[Socket]\\nListenStream=\\nListenStream=2022\\n" >/etc/systemd/system/ssh.socket.d/port.conf; systemctl daemon-reload; systemctl enable --now ssh.socket',
    );
    const config = 'ssh: {port: 22}\n';
    expect(checkOf('Port in ssh.socket', { config, port: 2022 })).toMatchObject({
      result: 'fail',
      effective: '[::]:2022',
      setBy: '/etc/systemd/system/ssh.socket.d/port.conf',
    });
    expect(harden({ config, port: 2022 }).document).toMatchObject({ verdict: 'applied', verified: true });
    expect(harden({ config }).document).toMatchObject({ verdict: 'applied', verified: true });
    expect(host.console("ss -Hltn | sed -E 's/.*:([0-9]+) .*/\\1/' | sort -u")).toBe('22');
    expect(checkOf('Port in ssh.socket', { config })).toBeUndefined();
  });

  test.each(['ssh2', 'openssh'] as const)(
    'nothing is forwarded today: the canary takes a real login all the same (%s)',
    async (transport) => {
      host.console('echo "AllowTcpForwarding no" >/etc/ssh/sshd_config.d/10-own.conf; systemctl reload ssh; sleep 1');
      const { makeHosts } = await import('../support/hosts.ts');
      const { hosts } = makeHosts({ key: host.key, hostKey: host.hostKey, transport });
      const connection = await hosts.connect(`ops@${host.address}`);
      const report = await applyPlan(
        connection,
        withoutRules(),
        { confirmWithin: 15, manualConfirm: false },
        applyDoors(),
      );
      await connection.close();
      // sshd -t takes AllowUsers of somebody else; only a login tells
      expect(report).toMatchObject({ verdict: 'refused', failure: { code: 'GUARD_REHEARSAL_FAILED' } });
      expect(report.failure?.message).toContain('AllowUsers');
      nothingStays();
      expect(harden().document).toMatchObject({ verdict: 'applied', verified: true });
    },
  );

  test('what would lock out is refused before anything is touched: by rule, and by the canary', async () => {
    const before = state();
    const wrong = 'ssh: {allowUsers: [alice]}\n';
    expect(harden({ config: wrong })).toMatchObject({ status: 4, document: { verdict: 'refused' } });
    const unknown = harden({ config: 'ssh: {override: {Bogus: "yes"}}\n' });
    expect([unknown.status, failureOf(unknown)]).toEqual([4, 'GUARD_REHEARSAL_FAILED']);
    expect(failureOf(harden({ user: 'root' }))).toBe('PLAN_REFUSED');

    const connection = await host.connect('ops');
    const report = await applyPlan(
      connection,
      withoutRules(),
      { confirmWithin: 15, manualConfirm: false },
      applyDoors(),
    );
    await connection.close();
    expect(report).toMatchObject({ verdict: 'refused', failure: { code: 'GUARD_REHEARSAL_FAILED' } });
    expect(report.failure?.message).toContain('AllowUsers');
    expect(state()).toBe(before);
    nothingStays();
  });

  test('with rules and canary out of the way, a bad policy is rolled back to the byte', async () => {
    host.console(
      'rm /etc/ssh/ssh_host_ed25519_key*; sed -i /^Include/d /etc/ssh/sshd_config; systemctl reload ssh; sleep 1',
    );
    const rsa = host.console('ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub').split(' ')[1] ?? '';
    const before = state();
    const connection = await (await freshConnection(rsa))();
    const { rehearse: _, ...bold } = withoutRules();
    const report = await applyPlan(connection, bold, { confirmWithin: 15, manualConfirm: false }, applyDoors());
    await connection.close();
    expect(report).toMatchObject({ verdict: 'rolled-back', verified: true });
    expect(state()).toBe(before);
    expect(host.canLogIn('ops')).toBe(true);
  });

  test('a saved plan is refused after the host changed, and applied while it has not', () => {
    const plan = join(directory, 'plan.json');
    expect(valops(['plan', '--out', plan]).status).toBe(3);
    host.console('echo "# edited" >>/etc/ssh/sshd_config');
    const stale = valops(['harden', '--yes', '--from', plan]);
    expect([stale.status, failureOf(stale)]).toEqual([4, 'PLAN_STALE']);
    expect(valops(['plan', '--out', plan]).status).toBe(3);
    // another name for the same host is the same host; another login is not
    const named = `hosts: {val-1: {address: ${host.address}, user: ops}}\n`;
    const other = valops(['harden', '--yes', '--from', plan], { config: named, user: 'root' });
    expect([other.status, other.document['code']]).toEqual([4, 'PLAN_STALE']);
    expect(valops(['harden', '--yes', '--from', plan], { config: named, host: 'val-1' })).toMatchObject({
      status: 0,
      document: { verdict: 'applied', host: 'val-1' },
    });
  });

  test('the port moves in two steps, also where systemd holds the socket, and only when the firewall lets it', () => {
    const config = 'ssh: {port: 2222}\n';
    const ports = (): string => host.console("ss -Hltn | sed -E 's/.*:([0-9]+) .*/\\1/' | sort -u | tr '\\n' ' '");
    host.console(
      'systemctl disable --now ssh.service; systemctl enable --now ssh.socket; ufw allow 22/tcp; ufw --force enable',
    );
    expect(failureOf(harden({ config }))).toBe('PLAN_REFUSED');
    // for us alone: nobody else needs it
    host.console(`ufw allow from ${host.address.replace(/\d+$/, '1')} to any port 2222 proto tcp`);
    expect(harden({ config }).document).toMatchObject({ verdict: 'applied', verified: true });
    expect(ports()).toBe('22 2222');
    expect(harden({ config }).document).toMatchObject({ verdict: 'nothing-to-do' });
    expect(harden({ config, port: 2222 }).document).toMatchObject({ verdict: 'applied', verified: true });
    expect(ports()).toBe('2222');
  });

  test('a key is rotated by a login with the new one; one that does not open is put back', () => {
    const good = makeKey(directory, `new-${Date.now()}`);
    const bad = makeKey(directory, `bad-${Date.now()}`);
    const authorized = (): string =>
      host.console('cat /home/ops/.ssh/authorized_keys; stat -c %U:%a /home/ops/.ssh/authorized_keys');
    host.console(`sed -i 's/^/from="10.0.0.0\\/8" /' /home/ops/.ssh/authorized_keys`);
    const before = authorized();
    // its public half is of another key
    writeFileSync(`${bad}.pub`, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkZzLaXQ+wSV0GKeFgUP+z9ckNPT0MS5rL3Cu4Jp8KZ x\n');
    expect(valops(['keys', 'rotate', '--yes', '--new-key', bad])).toMatchObject({
      status: 5,
      document: { verdict: 'rolled-back' },
    });
    expect(authorized()).toBe(before);
    expect(valops(['keys', 'rotate', '--yes', '--new-key', good])).toMatchObject({
      status: 0,
      document: { verdict: 'applied' },
    });
    expect(authorized()).toMatch(/^from="10\.0\.0\.0\/8" ssh-ed25519 \S+ new-\d+\nops:600$/);
    expect(host.canLogIn('ops')).toBe(false);
    const listed = valops(['keys', 'list'], { key: good }).document['hosts'] as {
      keys: { user: string; lastUse: string }[];
    }[];
    expect(listed[0]?.keys.find(({ user }) => user === 'ops')?.lastUse).toMatch(/^\d{4}-/);
  });

  /** The job of a policy that names somebody else, its refusals left out. */
  function withoutRules(): Job {
    const job = sshJob(resolveSshPolicy({ override: {}, allowUsers: ['alice'] }));
    return { ...job, plan: (snapshot, login) => ({ ...job.plan(snapshot, login), refusals: [] }) };
  }

  async function freshConnection(hostKey: string): Promise<() => ReturnType<RealHost['connect']>> {
    const { makeHosts } = await import('../support/hosts.ts');
    const { hosts } = makeHosts({ key: host.key, hostKey, transport: 'ssh2', stepTimeout: 3000 });
    return () => hosts.connect(`ops@${host.address}`);
  }
});
