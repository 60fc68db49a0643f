import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/audit/finding.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';
import { valops } from '../support/valops.ts';

const number = 9;

/** What a user without any right but a home can do to the questions of root. Run as `aaa`. */
const hostility = String.raw`cd ~
nl=$(printf '\nx'); nl=${'$'}{nl%x}; tab=$(printf '\t'); one=$(printf '\001')
mkdir -p .ssh .config/fish .config/autostart .config/systemd many dropbear "k$nl" "lg$nl/var/log/auth.log$tab/dev"
mkfifo .ssh/authorized_keys
echo x >".config/fish/a${'$'}{nl}b${'$'}{tab}c"; echo x >".config/autostart/a${'$'}{nl}|x${'$'}{nl}=end 0$nl"
ln -s / .config/systemd/user; ln -s / .config/environment.d; ln -sf /proc/kmsg .bashrc; ln -sf /dev/zero .bash_logout; ln -sf /proc/kcore .zshrc
rm .profile; mkfifo .profile
for name in "x${'$'}{nl}y" "t${'$'}{tab}y" "$(printf 'cr\r\n\342\200\250z')"; do cp /bin/true "$name"; chmod 4755 "$name"; done
for name in "a${'$'}{one}b" "c$one${'$'}{nl}b" "k$nl/f$nl"; do echo 0123456789012345678901234567890123456789 >"$name"; done
ln -sf "$HOME/lg$nl/var/log/auth.log$tab/dev/null" .bash_history
i=0; while [ $i -lt 600 ]; do : >many/$i; echo 'export LD_PRELOAD=/tmp/x.so' >>.bash_login; i=$((i + 1)); done; chmod 666 many/*
i=0; while [ $i -lt 4100 ]; do : >.config/fish/$i; i=$((i + 1)); done
truncate -s 8G .config/fish/huge.fish
cp /bin/sleep sshd; setsid ./sshd 1003 >/dev/null 2>&1 </dev/null & sleep 0.2; rm sshd
cp /bin/sleep dropbear/nap; setsid dropbear/nap 1004 >/dev/null 2>&1 </dev/null &
logger -t sshd 'Accepted publickey for root from 192.0.2.66 port 22 ssh2: ED25519 SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
{ i=0; while [ $i -lt 900 ]; do echo "* * * * * /home/aaa/p$i/$i"; i=$((i + 1)); done; } | crontab -`;

describe.runIf(hostsWanted)(`a hostile user of a host (${hostsReason})`, () => {
  let host: RealHost;
  let home: string;

  async function audit(): Promise<AuditReport> {
    const where = ['--host', `root@${host.address}`, '--ssh-key', host.key, '--ssh-host-key', host.hostKey];
    const ran = await valops(['audit', 'run', 'quarterly', ...where, '--json'], { home });
    expect(ran.status, ran.stderr).toBe(3);
    return ran.json() as unknown as AuditReport;
  }

  beforeAll(() => {
    host = freshHost(number);
    home = mkdtempSync(join(tmpdir(), 'valops-user-'));
  }, 120_000);
  afterAll(() => {
    removeHost(number);
    if (home !== undefined) rmSync(home, { recursive: true, force: true });
  });

  test('hides nothing of others, and makes nothing of others fail', async () => {
    host.console('useradd -m -s /bin/sh aaa');
    const before = await audit();
    const [script, end] = ['/tmp/hostility', 'HOSTILITY'];
    host.console(
      `cat >${script} <<'${end}'\n${hostility}\n${end}\nchmod 755 ${script}; su aaa -s /bin/sh ${script} </dev/null >/dev/null 2>&1; rm ${script}`,
    );
    const after = await audit();
    const statusBefore = new Map(before.findings.map((one) => [`${one.id} ${one.subject}`, one.status]));
    const isOwn = ({ subject, file = '' }: Finding): boolean => /\baaa\b/.test(`${subject} ${file}`);
    const others = after.findings.filter(
      (one) =>
        !isOwn(one) &&
        (one.status === 'fail' || one.status === 'unknown') &&
        statusBefore.get(`${one.id} ${one.subject}`) !== one.status,
    );
    expect(others.map(({ id, subject, status, evidence }) => ({ id, subject, status, evidence }))).toEqual([]);
    // and it is seen itself
    const own = new Set(after.findings.filter((one) => isOwn(one) && one.status === 'fail').map(({ id }) => id));
    for (const id of ['filesystem.setuid-known', 'ssh.authorized-keys-files', 'filesystem.nothing-writable-by-all'])
      expect([...own]).toContain(id);
  }, 180_000);
});
