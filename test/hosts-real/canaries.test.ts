import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportFormats } from '../../src/audit/formats/registry.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';
import { valops } from '../support/valops.ts';

const number = 9;

/** A word that stands for a secret, of the shape of base64: one for each place. */
const canary = (place: string): string => `cAnArY${Buffer.from(place).toString('hex')}Xy9`;

/** Facts that changes rest on: of these the text is needed, to write it anew. They are in no report. */
const needed = [
  'ssh.files: environment of sshd',
  'ssh.authorized-keys: options of an authorised key',
  'login.sudo: rule of sudo',
  'accounts.records: rule of sudo',
  'accounts.sudo-rules: rule of sudo',
];

/** Where secrets are on hosts: the script of root that plants it. */
const planted: Readonly<Record<string, (secret: string) => string>> = {
  'environment of a unit': (s) => `cat >/etc/systemd/system/canary.service <<'UNIT'
[Service]
Environment=TOKEN=${s} "AUTH=Basic ${s}=" "URL=postgres://u:${s}@db/x?sslmode=a" 'OTHER=it is ${s}= "quoted" ${s}='
ExecStart=/bin/sh -c 'exec sleep 1000' --password=${s}
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload; systemctl enable --now canary.service`,
  'environment of a process': (s) => `SECRET=${s} PGPASSWORD=${s} setsid sleep 1001 >/dev/null 2>&1 </dev/null &`,
  'command line of a process': (s) => `setsid sh -c 'sleep 1002; : --password=${s}' >/dev/null 2>&1 </dev/null &`,
  'command line of a listener': (s) =>
    `setsid bash -c 'exec -a "sshd: /x -o ${s} [listener]" nc -lk 127.0.0.1 4444' >/dev/null 2>&1 </dev/null &`,
  'table of cron': (s) =>
    `printf 'TOKEN=${s}\\n7 3 * * * root curl -u a:${s} https://x/?k=${s}\\n' >/etc/cron.d/canary`,
  'crontab of a user': (s) => `printf '5 4 * * * /opt/x --key ${s}\\n' | crontab -u ops -`,
  'mail of cron': (s) => `mkdir -p /var/mail; echo '${s}' >/var/mail/ops`,
  'package source': (s) =>
    `echo 'deb [trusted=no] https://user:${s}@apt.example.org/debian stable main' >/etc/apt/sources.list.d/canary.list
printf 'Types: deb\\nURIs: https://token:${s}@deb.example.org/\\nSuites: stable\\nComponents: main\\n' >/etc/apt/sources.list.d/canary.sources`,
  'proxy of apt': (s) =>
    `printf 'Acquire::http::Proxy "http://u:${s}@proxy:3128/";\\nAcquire::https::Proxy::h "http://u:${s}@p/";\\nDPkg::Pre-Invoke {"curl -u x:${s} h";};\\n' >/etc/apt/apt.conf.d/99canary
printf 'machine apt.example.org login a password ${s}\\n' >/etc/apt/auth.conf`,
  'password hash': (s) => `useradd -m -p '$6$${s}$${s}${s}' canary`,
  'keys and tokens in homes': (s) =>
    `cd /home/ops && for f in .netrc .pgpass .my.cnf .bash_history .aws .npmrc; do echo 'password=${s}' >$f; done
printf '%s\\n' '-----BEGIN OPENSSH PRIVATE KEY-----' b3BlbnNzaC1rZXktdjEAAAAABG5vbmU${s} '-----END OPENSSH PRIVATE KEY-----' >id_ed25519
printf 'export AWS_SECRET_ACCESS_KEY=${s}\\ncurl https://h/?t=${s} | sh\\nexport LD_PRELOAD=/x/${s}.so\\n' >>.bashrc
printf '{"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"${s}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}' >priv_validator_key.json`,
  'options of an authorised key': (s) =>
    `printf 'command="/x --token ${s}",environment="T=${s}" ' >>/home/ops/.ssh/authorized_keys; head -n 1 /root/.ssh/authorized_keys >>/home/ops/.ssh/authorized_keys`,
  'line of authorized_keys that is none': (s) => `echo '${s} pasted by mistake' >>/home/ops/.ssh/authorized_keys`,
  'link of a user to a file of root': (s) =>
    `echo '${s}' >/root/secret; chmod 600 /root/secret; mkdir -p /home/canary/.ssh; ln -s /root/secret /home/canary/.ssh/authorized_keys; ln -sf /root/secret /home/canary/.bashrc`,
  'rule of sudo': (s) =>
    `echo 'ops ALL=(root) /usr/bin/mysql -p${s} *' >/etc/sudoers.d/canary; chmod 440 /etc/sudoers.d/canary`,
  'option of PAM': (s) => `echo 'session optional pam_exec.so quiet passwd=${s} /bin/true' >>/etc/pam.d/cron`,
  'password in fstab': (s) => `echo '//srv/share /mnt/x cifs username=a,password=${s},noauto 0 0' >>/etc/fstab`,
  'password typed as a user name': (
    s,
  ) => `logger -p auth.info -t 'sshd[77]' 'Failed password for invalid user ${s} from 192.0.2.9 port 4 ssh2'
logger -p auth.info -t 'sshd[77]' 'Invalid user ${s} from 192.0.2.9 port 4'`,
  'proxy of the system': (s) =>
    `echo 'https_proxy=http://u:${s}@p:1' >>/etc/environment; systemctl set-environment T=${s}`,
  'environment of sshd': (s) => `echo 'SetEnv TOKEN=${s}' >/etc/ssh/sshd_config.d/canary.conf`,
  'directive of rsyslog, hosts and name servers': (s) =>
    `mkdir -p /etc/dnsmasq.d /etc/rsyslog.d; echo 'action(type="omfwd" target="h" password="${s}")' >/etc/rsyslog.d/canary.conf`,
};

describe.runIf(hostsWanted)(`secrets of a host stay there (${hostsReason})`, () => {
  let host: RealHost;
  let home: string;

  beforeAll(() => {
    host = freshHost(number);
    home = mkdtempSync(join(tmpdir(), 'valops-canaries-'));
    for (const [place, plant] of Object.entries(planted)) host.console(`set -e\n${plant(canary(place))}`);
    // the listener is one by its name only: nothing else of the host is changed for it
    host.console('systemctl reload ssh || :');
  }, 120_000);
  afterAll(() => {
    removeHost(number);
    if (home !== undefined) rmSync(home, { recursive: true, force: true });
  });

  const where = (): readonly string[] => [
    ...['--host', `root@${host.address}`, '--ssh-key', host.key, '--ssh-host-key', host.hostKey],
  ];
  /** Places whose secret a text holds. */
  const leaked = (text: string): readonly string[] =>
    Object.keys(planted).filter((place) => text.includes(canary(place)) || text.includes(canary(place).slice(0, -3)));

  test('they are in no answer of any question as it is read', async () => {
    const ran = await valops(['facts', ...where(), '--json'], { home });
    expect(ran.stdout.length).toBeGreaterThan(50_000);
    const { hosts } = JSON.parse(ran.stdout) as { hosts: readonly { facts: Record<string, unknown> }[] };
    const found = Object.entries(hosts[0]?.facts ?? {}).flatMap(([id, fact]) =>
      leaked(JSON.stringify(fact)).map((place) => `${id}: ${place}`),
    );
    expect(found.filter((one) => !needed.includes(one))).toEqual([]);
    expect(leaked(ran.stderr)).toEqual([]);
  }, 60_000);

  test('nor in a report of any format, a baseline, the journal, or what is sent', async () => {
    const sent = join(home, 'out');
    for (const { name } of reportFormats) {
      const ran = await valops(['audit', 'run', 'quarterly', ...where(), '--format', name, '-o', sent], { home });
      expect(ran.status, ran.stderr).toBe(3);
      expect(leaked(readFileSync(sent, 'utf8') + ran.stdout + ran.stderr), name).toEqual([]);
    }
    const accepted = await valops(['audit', 'baseline', 'accept', ...where(), '--yes', '--json'], { home });
    expect(accepted.status, accepted.stderr).toBe(0);
    const show = await valops(['audit', 'baseline', 'show', ...where()], { home });
    expect(leaked(accepted.stdout + accepted.stderr + show.stdout)).toEqual([]);
    writeFileSync(sent, '');
    const kept = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.flatMap(({ parentPath, name }) => leaked(readFileSync(join(parentPath, name), 'utf8')))).toEqual([]);
  }, 240_000);
});
