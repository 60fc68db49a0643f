import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { carryProgram, programHere } from '../support/carry-program.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 15;
const shells = ['tcsh', 'fish'].flatMap((name) => {
  const path = programHere(name);
  return path === undefined ? [] : [[name, path] as const];
});
const dropbear = programHere('dropbear');

describe.runIf(hostsWanted)(`other shells and another SSH server (${hostsReason})`, () => {
  let host: RealHost;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'valops-shells-'));
  });
  beforeEach(() => {
    host = freshHost(number);
  });
  afterAll(() => {
    removeHost(number);
    rmSync(directory, { recursive: true, force: true });
  });

  function valops(words: readonly string[], more: { readonly port?: number; readonly hostKey?: string } = {}) {
    const target = `ops@${host.address}:${more.port ?? 22}`;
    const reach = ['--host', target, '--ssh-key', host.key, '--ssh-host-key', more.hostKey ?? host.hostKey];
    const config = join(directory, 'valops.yaml');
    writeFileSync(config, `firewall: {management: [${host.address.replace(/\d+$/, '0/24')}]}\n`);
    const argv = [join(root, 'bin/valops.js'), ...words, '--json', '--config', config, ...reach];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      env: { ...process.env, VALOPS_HOME: join(directory, 'home') },
      timeout: 120_000,
    });
    if (stdout === '') throw new Error(`no document: ${stderr}`);
    expect(stderr).not.toContain('this is a bug');
    return { status, document: JSON.parse(stdout) as Record<string, unknown> };
  }

  test.each(shells)(
    'the login shell is %s (which must be installed here): hardened, nothing forwarded, confirmed by hand',
    (name, path) => {
      host.console(`usermod -s ${carryProgram(host, path)} ops`);
      host.console('echo "AllowTcpForwarding no" >/etc/ssh/sshd_config.d/10-own.conf; systemctl reload ssh; sleep 1');
      expect(host.console('getent passwd ops')).toContain(name);
      const hardened = valops(['harden', '--yes', '--manual-confirm']);
      expect(hardened.document).toMatchObject({ verdict: 'applied', verified: true, confirmed: false });
      expect(valops(['confirm'])).toMatchObject({ status: 0, document: { hosts: [{ state: 'confirmed' }] } });
      expect(valops(['harden', '--yes'])).toMatchObject({ status: 0, document: { verdict: 'nothing-to-do' } });
    },
    120_000,
  );

  test.runIf(dropbear !== undefined)(
    'dropbear serves the login (which must be installed here): refused, and said why',
    () => {
      const there = carryProgram(host, dropbear ?? '');
      host.console(
        `mkdir -p /etc/dropbear; ${carryProgram(host, programHere('dropbearkey') ?? '')} -t ed25519 -f /etc/dropbear/key >/dev/null; systemd-run -q --unit=dropbear ${there} -F -E -r /etc/dropbear/key -p 2200`,
      );
      const hostKey = /SHA256:\S+/.exec(host.console('/usr/local/bin/dropbearkey -y -f /etc/dropbear/key'))?.[0] ?? '';
      const by = { port: 2200, hostKey };
      const refused = { refusals: [{ rule: 'SSH_OTHER_SERVER', message: expect.stringContaining('"dropbear"') }] };
      expect(valops(['ssh', 'plan'], by)).toMatchObject({ status: 4, document: { changes: [], ...refused } });
      expect(valops(['ssh', 'check'], by)).toMatchObject({
        status: 3,
        document: { hosts: [{ checks: [{ id: 'ssh.facts', result: 'unknown' }] }] },
      });
      expect(valops(['ssh', 'harden', '--yes'], by)).toMatchObject({ status: 4, document: { verdict: 'refused' } });
      // and where dropbear is all there is
      host.console('systemctl disable --now ssh.service; mv /usr/sbin/sshd /usr/sbin/sshd-away');
      expect(valops(['ssh', 'plan'], by)).toMatchObject({ status: 4, document: refused });
      expect(valops(['facts'], by).status).toBe(0);
      // by OpenSSH the same host is planned for
      host.console('mv /usr/sbin/sshd-away /usr/sbin/sshd; systemctl start ssh.service; sleep 1');
      expect(valops(['ssh', 'plan'])).toMatchObject({ status: 3, document: { refusals: [] } });
    },
    120_000,
  );
});
