import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/imports.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 14;

interface Finding {
  readonly id: string;
  readonly subject: string;
  readonly status: string;
}

/** Waits until the host says so; its timers are real. */
function until(host: RealHost, script: string, seconds: number): string {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const said = host.tryConsole(script);
    if (said !== null && said !== '') return said;
    spawnSync('sleep', ['0.5']);
  }
  throw new Error(`not within ${seconds} s: ${script}`);
}

describe.runIf(hostsWanted)(`audits that a Debian host runs by itself, by the built program (${hostsReason})`, () => {
  let host: RealHost;
  beforeAll(() => {
    // this machine's Node and the program, read-only at the same place
    process.env['VALOPS_HOSTS_BIND'] = `${process.execPath} ${root}`;
    host = freshHost(number);
    const node = process.execPath === '/usr/bin/node' ? '' : `ln -s ${process.execPath} /usr/local/bin/node`;
    host.console(`${node}
ln -s ${root}/bin/valops.js /usr/local/bin/valops
mkdir -p /etc/valops /var/lib/node-exporter
cat >/root/hook.mjs <<'HOOK'
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const down = existsSync('/root/down');
    if (!down) appendFileSync('/root/hook.log', request.url + ' ' + body + '\\n');
    response.writeHead(down ? 404 : 200).end();
  });
}).listen(9999, '127.0.0.1');
HOOK
systemd-run -q --unit=hook node /root/hook.mjs
umask 077
echo http://127.0.0.1:9999/hook/SECRET-HOOK >/etc/valops/hook
echo http://127.0.0.1:9999/ping/SECRET-PING >/etc/valops/ping
umask 022
cat >/etc/valops/valops.yaml <<'YAML'
audit:
  delivery:
    webhook: { urlFile: /etc/valops/hook }
    textfile: { directory: /var/lib/node-exporter }
    ping: { urlFile: /etc/valops/ping }
YAML
printf '#!/bin/sh\\ncat >>/root/mail\\n' >/usr/sbin/sendmail
chmod 0755 /usr/sbin/sendmail`);
  }, 120_000);
  afterAll(() => removeHost(number));

  const valops = (words: string): { readonly status: number; readonly stdout: string } => {
    const said = host.console(`cd /etc/valops; HOME=/root valops ${words} 2>/root/stderr; echo "exit $?"`);
    const end = said.lastIndexOf('exit ');
    return { status: Number(said.slice(end + 5)), stdout: said.slice(0, end) };
  };
  const findings = (path: string): readonly Finding[] =>
    (JSON.parse(host.console(`cat ${path}`)) as { readonly findings: readonly Finding[] }).findings;

  test('installed by a plan, and a second plan is empty', () => {
    expect(valops('audit schedule status').status).toBe(3);
    expect(valops('audit schedule install weekly monthly --unsafe-http --plan').status).toBe(3);
    const { status, stdout } = valops('audit schedule install weekly monthly --unsafe-http --yes --json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { verdict: 'applied', verified: true, confirmed: true }]);
    expect(valops('audit schedule install weekly monthly --unsafe-http --plan').status).toBe(0);
    expect(valops('audit schedule status').status).toBe(0);
    expect(host.console('systemd-analyze verify valops-audit-weekly.timer 2>&1 | grep valops-audit || true')).toBe('');
  });

  test('tried as the timer would run it: it works, nothing is sent, nothing is stored', () => {
    const { status, stdout } = valops('audit schedule test weekly');
    expect([status, stdout]).toEqual([0, expect.stringContaining('it works')]);
    expect(stdout).toContain('would be delivered: to the webhook of /etc/valops/hook');
    expect(host.tryConsole('cat /root/hook.log')).toBeNull();
    expect(host.tryConsole('ls /root/.valops/reports')).toBeNull();
    host.console('chmod 0644 /etc/valops/hook');
    expect(valops('audit schedule test weekly').stdout).toContain('expected 0600');
    host.console('chmod 0600 /etc/valops/hook');
  });

  test('its timer elapses, a report is stored, and everybody is told', () => {
    host.console(`mkdir -p /etc/systemd/system/valops-audit-weekly.timer.d
printf '[Timer]\\nOnCalendar=\\nOnCalendar=*:*:0/5\\nRandomizedDelaySec=0\\nAccuracySec=1s\\n' >/etc/systemd/system/valops-audit-weekly.timer.d/soon.conf
systemctl daemon-reload; systemctl restart valops-audit-weekly.timer`);
    const report = until(host, 'ls /root/.valops/reports/*/weekly-*.json | head -n 1', 60);
    host.console(
      'rm -r /etc/systemd/system/valops-audit-weekly.timer.d; systemctl daemon-reload; systemctl restart valops-audit-weekly.timer',
    );
    until(host, '[ "$(systemctl is-active valops-audit-weekly.service)" = inactive ] && echo done', 60);
    expect(host.console(`stat -c %a ${report}`)).toBe('600');
    const told = host.console('cat /root/hook.log');
    expect(told).toContain('/ping/SECRET-PING/start');
    expect(told).toMatch(/^\/hook\/SECRET-HOOK \{"text":"weekly on /m);
    expect(told).toMatch(/^\/ping\/SECRET-PING weekly on /m);
    expect(host.console('stat -c %a /var/lib/node-exporter/valops-audit-weekly.prom')).toBe('644');
    const status = JSON.parse(valops('audit schedule status --json').stdout) as {
      readonly hosts: readonly { readonly schedules: object }[];
    };
    expect(status.hosts[0]?.schedules).toMatchObject([
      { checklist: 'monthly' },
      { checklist: 'weekly', by: 'systemd', result: 'success', problems: [] },
    ]);
  }, 150_000);

  test('what the sandbox of the service sees is what an audit by hand sees', () => {
    host.console('systemctl start valops-audit-monthly.service');
    const byTimer = findings('$(ls -t /root/.valops/reports/*/monthly-*.json | head -n 1)');
    host.console(
      'cd /etc/valops; HOME=/root valops audit run monthly --json >/root/by-hand.json 2>/dev/null || [ $? = 3 ]',
    );
    const byHand = findings('/root/by-hand.json');
    const told = (all: readonly Finding[]): readonly string[] =>
      all
        .filter((one) => !('change' in one && one.change === 'fixed'))
        .map(({ id, subject, status }) => `${status} ${id} ${subject}`)
        .toSorted();
    expect(told(byTimer)).toEqual(told(byHand));
    expect(byTimer.length).toBeGreaterThan(50);
  }, 120_000);

  test('a revoked hook is a finding of the next run; what waited arrives', () => {
    host.console(
      'touch /root/down; chmod 0666 /etc/crontab; systemctl start valops-audit-weekly; chmod 0644 /etc/crontab',
    );
    expect(host.console('cat /root/.valops/audit/delivery.json')).toContain('answered 404');
    host.console('rm /root/down; : >/root/hook.log; systemctl start valops-audit-weekly');
    expect(host.console('cat /root/hook.log')).toContain('audit.delivery ping');
    expect(host.console('ls /root/.valops/audit/spool')).toBe('');
    // no address in anything that is kept or logged
    expect(
      host.tryConsole('grep -rlaE "SECRET-(HOOK|PING)" /root/.valops /var/lib/node-exporter /run/log/journal /var/log'),
    ).toBeNull();
  }, 120_000);

  test('a timer that is turned off is a finding', () => {
    host.console('systemctl disable --now valops-audit-weekly.timer');
    expect(valops('audit schedule status')).toMatchObject({
      status: 3,
      stdout: expect.stringContaining('is not enabled') as string,
    });
    const { stdout } = valops('audit run weekly --only audit.schedule --json');
    expect((JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings).toMatchObject([
      { id: 'audit.schedule', subject: 'weekly', status: 'fail' },
      { id: 'audit.schedule', subject: 'monthly', status: 'pass' },
    ]);
    expect(valops('audit schedule install weekly monthly --unsafe-http --yes').status).toBe(0);
    expect(valops('audit schedule status').status).toBe(0);
  });

  test('removed, nothing is left of it but the reports', () => {
    expect(valops('audit schedule remove --yes').status).toBe(0);
    expect(
      host.console(
        'ls -d /etc/systemd/system/valops-* /etc/systemd/system/*/valops-audit* /etc/cron.d/valops-* /var/lib/systemd/timers/*valops* 2>/dev/null || true',
      ),
    ).toBe('');
    expect(host.console('systemctl list-units --all --no-legend "valops-audit*"')).toBe('');
    expect(host.console('ls /root/.valops/reports/*')).toContain('weekly-');
  });

  test('without systemd: a line of cron, run by cron with its own environment; its mail is seen, the second is silent', () => {
    host.console('rm -rf /root/.valops/reports');
    // the program sees no systemd, and installs as on a host without it
    host.console(
      `unshare -m sh -c 'mount -t tmpfs none /run/systemd && cd /etc/valops && HOME=/root valops audit schedule install weekly --unsafe-http --yes'`,
    );
    const line = host.console('grep valops.audit /etc/cron.d/valops-audit-weekly | grep -v ^#');
    expect(line).toMatch(/^\d+ \d+ \* \* \* root umask 077; nice -n 10 ionice -c 3 .*--if-due$/);
    host.console(`sed -i 's/^[0-9]* [0-9]* /* * /' /etc/cron.d/valops-audit-weekly`);
    const mail = until(host, 'cat /root/mail', 90);
    expect(mail).toContain('weekly: ');
    expect(mail).toContain('X-Cron-Env: <VALOPS_HOME=/root/.valops>');
    expect(host.console('ls /root/.valops/reports/*/weekly-*.json | wc -l')).toBe('1');
    const asked = 'journalctl -u cron --no-pager | grep -c "CMD (umask 077; nice"';
    until(host, `[ "$(${asked})" -ge 2 ] && ! pgrep -f '[-]-if-due' >/dev/null && echo done`, 120);
    // the second found nothing to do, and said nothing
    expect(host.console('grep -c ^Subject: /root/mail; ls /root/.valops/reports/*/weekly-*.json | wc -l')).toBe('1\n1');
    expect(valops('audit schedule remove --yes').status).toBe(0);
    expect(host.console('ls /etc/cron.d')).not.toContain('valops');
  }, 240_000);
});
