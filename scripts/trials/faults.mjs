import { elsewhere, hub, inHub } from './host.mjs';

const all = ['ssh', 'firewall', 'harden'];
const ssh = ['ssh', 'harden'];

/** Somebody else on the host: `script` at some moment, `back` when they notice. */
const byAnother = (jobs, phases, script, back, foreign = [], more = {}) => ({
  jobs,
  phases,
  foreign,
  strike: ({ host }) => host.console(script),
  heal: ({ host }) => host.console(back),
  ...more,
});

const small = (directory, kilobytes) => `mkdir -p ${directory}; t=$(mktemp -d); cp -a ${directory}/. $t/
mount -t tmpfs -o size=${kilobytes}k,mode=$(stat -c %a ${directory}) none ${directory}; cp -a $t/. ${directory}/; rm -rf $t`;
const fill = (directory) => `dd if=/dev/zero of=${directory}/filler bs=1k 2>/dev/null`;
const mounts = { scenes: ['stock', 'cloud-init', 'ufw-active'] };

/** Scenes that are the same after a boot. */
const bootable = ['stock', 'cloud-init', 'match', 'include-last', 'ufw-active', 'socket'];

const link =
  (state) =>
  ({ host }) =>
    inHub(['ip', 'link', 'set', host.link, state]);
const hubRules = (host, rule) => `add table inet cut${host.n}
flush table inet cut${host.n}
table inet cut${host.n} { chain output { type filter hook output priority 0; ip daddr ${host.address} ${rule}; }; chain input { type filter hook input priority 0; ip saddr ${host.address} ${rule}; }; }`;
const inTheWay =
  (rule) =>
  ({ host, draw }) =>
    inHub(['nft', hubRules(host, typeof rule === 'function' ? rule(draw) : rule)]);
const outOfTheWay = ({ host }) => inHub(['nft', 'delete', 'table', 'inet', `cut${host.n}`]);

/**
 * What goes wrong while a right policy is applied. `phases` are the moments to choose from; `heal`
 * ends it, sooner or later; `foreign` matches what others changed on the host and valops must not
 * answer for; `unclear` says that a person with the operator's login could not tell what is true either;
 * `undoes` that it takes away what valops made, which valops cannot see once its last look has begun.
 */
export const faults = {
  'key-removed': byAnother(
    all,
    ['gather', 'arm', 'change', 'verify'],
    'mv /home/ops/.ssh/authorized_keys /home/ops/.ssh/gone',
    'mv /home/ops/.ssh/gone /home/ops/.ssh/authorized_keys',
    [/\/home\/ops\/\.ssh/],
  ),
  'key-file-open-to-all': byAnother(
    all,
    ['arm', 'change', 'verify'],
    'chmod 666 /home/ops/.ssh/authorized_keys',
    'chmod 600 /home/ops/.ssh/authorized_keys',
    [/\/home\/ops\/\.ssh/],
  ),
  'sudo-revoked': byAnother(
    all,
    ['arm', 'change', 'verify'],
    'mv /etc/sudoers.d/ops /root/ops; printf "Defaults !lecture\\n" >/etc/sudoers.d/none',
    'mv /root/ops /etc/sudoers.d/ops; rm -f /etc/sudoers.d/none',
    [/\/etc\/sudoers\.d|\/root\/ops/],
  ),
  'shell-taken': byAnother(
    all,
    ['arm', 'change', 'verify'],
    'usermod -s /usr/sbin/nologin ops',
    'usermod -s /bin/bash ops',
    [/\/etc\/(passwd|shadow|\.pwd)/],
  ),
  nologin: byAnother(all, ['arm', 'change', 'verify'], 'echo maintenance >/etc/nologin', 'rm /etc/nologin', [
    /\/etc\/nologin/,
  ]),
  'broken-drop-in': byAnother(
    ssh,
    ['arm', 'change', 'verify'],
    'echo "Nonsense yes" >/etc/ssh/sshd_config.d/99-other.conf',
    'rm /etc/ssh/sshd_config.d/99-other.conf; systemctl reset-failed ssh; systemctl start ssh',
    [/99-other\.conf/],
    { unclear: true },
  ),
  'broken-and-reloaded': byAnother(
    ssh,
    ['change', 'verify'],
    'echo "Nonsense yes" >/etc/ssh/sshd_config.d/99-other.conf; kill -HUP $(systemctl show -P MainPID ssh)',
    'rm /etc/ssh/sshd_config.d/99-other.conf; systemctl reset-failed ssh; systemctl start ssh',
    [/99-other\.conf/],
    { unclear: true, scenes: ['stock', 'cloud-init', 'match', 'ufw-active'] },
  ),
  'weak-drop-in': byAnother(
    ssh,
    ['change', 'verify'],
    'echo "PasswordAuthentication yes" >/etc/ssh/sshd_config.d/00-admin.conf; systemctl reload ssh',
    'rm /etc/ssh/sshd_config.d/00-admin.conf; systemctl reload ssh; sleep 1',
    [/00-admin\.conf/],
    { undoes: true, unclear: true, scenes: ['stock', 'cloud-init', 'match', 'ufw-active'] },
  ),
  'sshd-stopped': byAnother(
    all,
    ['change', 'verify'],
    'systemctl stop ssh.socket ssh.service',
    'systemctl is-enabled -q ssh.socket && systemctl start ssh.socket || systemctl start ssh',
    [/^unit ssh\.(service|socket)/],
    { unclear: true },
  ),
  'sshd-killed': byAnother(
    all,
    ['arm', 'change', 'verify'],
    'kill -KILL $(systemctl show -P MainPID ssh)',
    'systemctl is-active -q ssh ssh.socket || systemctl start ssh',
    [/^unit ssh\.(service|socket)/],
  ),
  'rules-flushed': byAnother(['firewall', 'harden'], ['change', 'verify'], 'nft flush ruleset', ':', [/^rule /], {
    undoes: true,
    unclear: true,
  }),
  'drop-all': byAnother(
    all,
    ['gather', 'arm', 'change', 'verify'],
    'nft "add table inet other; add chain inet other input { type filter hook input priority -300; policy drop; }"',
    'nft delete table inet other',
    [/^rule (table inet other|chain input|type filter hook input priority -300)/],
    { undoes: true, unclear: true },
  ),
  'disk-full-state': byAnother(
    all,
    ['gather', 'arm', 'change', 'verify'],
    fill('/var/lib/valops'),
    'rm -f /var/lib/valops/filler',
    [],
    { prepare: small('/var/lib/valops', 600), ...mounts, unclear: true },
  ),
  'disk-full-etc': byAnother(
    ssh,
    ['arm', 'change', 'verify'],
    fill('/etc/ssh'),
    'rm -f /etc/ssh/filler',
    [/\/filler/],
    { prepare: small('/etc/ssh', 3000), ...mounts, unclear: true },
  ),
  'disk-read-only': byAnother(
    all,
    ['arm', 'change', 'verify'],
    'mount -o remount,ro /etc/systemd/system; mount -o remount,ro /etc/ssh',
    'mount -o remount,rw /etc/systemd/system; mount -o remount,rw /etc/ssh',
    [],
    { prepare: `${small('/etc/ssh', 4000)}\n${small('/etc/systemd/system', 4000)}`, ...mounts, unclear: true },
  ),
  'we-are-killed': {
    jobs: all,
    phases: ['anytime', 'change', 'verify'],
    strike: ({ valops }) => valops.kill('SIGKILL'),
  },
  'we-are-interrupted': {
    jobs: all,
    phases: ['anytime', 'change', 'verify'],
    strike: ({ valops, draw }) => valops.kill(draw.one(['SIGTERM', 'SIGINT', 'SIGHUP'])),
  },
  'changes-killed': byAnother(
    all,
    ['change'],
    'for n in 1 2 3 4 5 6 7 8 9 10; do if [ -s /var/lib/valops/guard/current/apply.pid ]; then kill -KILL -- -$(cat /var/lib/valops/guard/current/apply.pid); break; fi; sleep 0.1; done',
    ':',
  ),
  'link-down': { jobs: all, phases: ['anytime', 'change', 'verify'], strike: link('down'), heal: link('up') },
  'packets-dropped': {
    jobs: all,
    phases: ['anytime', 'change', 'verify'],
    strike: inTheWay('drop'),
    heal: outOfTheWay,
  },
  'connections-reset': {
    jobs: all,
    phases: ['anytime', 'change', 'verify'],
    strike: inTheWay('meta l4proto tcp reject with tcp reset'),
    heal: outOfTheWay,
  },
  'lossy-network': {
    jobs: all,
    phases: ['gather'],
    strike: inTheWay((draw) => `numgen random mod 100 < ${draw.one([10, 25, 40])} drop`),
    heal: outOfTheWay,
    lasting: true,
  },
  'power-cut': {
    jobs: all,
    phases: ['anytime', 'arm', 'change', 'verify'],
    async strike({ host, draw, pause }) {
      await host.powerOff();
      await pause(draw.one([0, 0, 3, 20]));
      await host.powerOn();
    },
    boots: true,
    scenes: bootable,
  },
  reboot: {
    jobs: all,
    phases: ['change', 'verify'],
    strike: ({ host }) => host.reboot(),
    boots: true,
    scenes: bootable,
  },
  'host-hangs': {
    jobs: all,
    phases: ['anytime', 'change', 'verify'],
    async strike({ host, draw, pause }) {
      await host.freeze();
      await pause(draw.one([2, 8, 25]));
      await host.thaw();
    },
  },
  'we-moved': {
    jobs: ['firewall', 'harden'],
    phases: ['arm', 'change'],
    policy: () => ({ firewall: { management: [`${hub}/32`] } }),
    strike: ({ host }) => inHub(['ip', 'route', 'replace', `${host.address}/32`, 'dev', 'br0', 'src', elsewhere]),
    heal: ({ host }) => inHub(['ip', 'route', 'delete', `${host.address}/32`, 'dev', 'br0', 'src', elsewhere]),
    lasting: true,
  },
  'port-closed-upstream': {
    jobs: ['ssh'],
    phases: ['arm', 'change'],
    policy: () => ({ ssh: { port: 2222 } }),
    port: 2222,
    prepare: `printf 'Port 22\\nPort 2222\\n' >/etc/ssh/sshd_config.d/30-ports.conf; systemctl reload ssh; sleep 0.5`,
    scenes: ['stock', 'cloud-init', 'match'],
    strike: inTheWay('tcp dport 2222 tcp flags & (syn | ack) == syn drop'),
    heal: outOfTheWay,
    lasting: true,
    // the operator's way to the host stays closed
    unclear: true,
  },
};
