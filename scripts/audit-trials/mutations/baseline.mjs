const files = '/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid';
const keep = `rm -rf /run/kept-baseline && mkdir -p /run/kept-baseline && for f in ${files}; do [ ! -e "$f" ] || cp -p "$f" /run/kept-baseline; done`;
const back = 'cp -p /run/kept-baseline/* /etc && rm -r /run/kept-baseline';

/** A file that is kept byte by byte, with its times, and changed. */
const edited = (path, script) => ({
  apply: `cp -p ${path} /run/kept-baseline-file && ${script}`,
  undo: `cp -p /run/kept-baseline-file ${path} && rm /run/kept-baseline-file`,
});
/** A file that was not there. */
const made = (path, content, mode = '0644') => ({
  apply: `[ ! -e ${path} ] && printf '%s\\n' '${content}' >${path} && chmod ${mode} ${path}`,
  undo: `rm ${path}`,
});
const of = (name, section, subject, change, also = []) => ({
  name: `drift-${name}`,
  check: `baseline.${section}`,
  subject,
  ...change,
  also: ['baseline.*', ...also],
});

export const mutations = [
  of('new-user', 'accounts', 'user backdoor', {
    apply: `${keep} && useradd -r -M -s /usr/sbin/nologin -d /nonexistent backdoor`,
    undo: back,
  }),
  of('user-in-a-group', 'accounts', 'group adm', { apply: `${keep} && usermod -aG adm www-data`, undo: back }, [
    'accounts.*',
  ]),
  of(
    'password-changed',
    'accounts',
    'user root',
    { apply: `${keep} && echo 'root:not the old one 7' | chpasswd -c YESCRYPT`, undo: back },
    ['accounts.*', 'ssh.*'],
  ),
  of(
    'sudo-rule',
    'accounts',
    'sudo rule in /etc/sudoers.d/zz-drift: games ALL=(ALL) ALL',
    made('/etc/sudoers.d/zz-drift', 'games ALL=(ALL) ALL', '0440'),
    ['accounts.*', 'persistence.*'],
  ),
  of(
    'second-key',
    'keys',
    'key of root in /root/.ssh/authorized_keys: SHA256:tZ8dGb8XRPQvrMIK1FVnkZovZrOiLV1IP2y3Yhp62N0',
    edited(
      '/root/.ssh/authorized_keys',
      `echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEIhF8UzzYK+B2kZJkwobLYhuomSTYsaOoTaW5rE5ds1 backup@nowhere' >>/root/.ssh/authorized_keys`,
    ),
    ['ssh.*', 'accounts.*'],
  ),
  of(
    'host-key-changed',
    'keys',
    'host key /etc/ssh/ssh_host_rsa_key',
    {
      apply:
        'mkdir -p /run/kept-baseline-key && cp -p /etc/ssh/ssh_host_rsa_key* /run/kept-baseline-key && rm /etc/ssh/ssh_host_rsa_key* && ssh-keygen -q -t rsa -b 3072 -N "" -f /etc/ssh/ssh_host_rsa_key',
      undo: 'cp -p /run/kept-baseline-key/* /etc/ssh && rm -r /run/kept-baseline-key',
    },
    ['ssh.*'],
  ),
  of(
    'new-listener',
    'listeners',
    'tcp 0.0.0.0:4444',
    {
      apply: 'systemd-run -q --unit=drift-listener nc -lk 4444',
      undo: 'systemctl stop drift-listener; ! systemctl is-active -q drift-listener',
      settle: 1,
    },
    ['firewall.*', 'services.*', 'network.*', 'persistence.*'],
  ),
  of(
    'nft-table',
    'rules',
    'table ip drift',
    {
      apply:
        "nft add table ip drift && nft 'add chain ip drift input { type filter hook input priority -300; policy accept; }' && nft add rule ip drift input tcp dport 4444 accept",
      undo: 'nft delete table ip drift',
    },
    ['firewall.*'],
  ),
  of(
    'file-of-rules',
    'rules',
    'file /etc/nftables.conf',
    edited('/etc/nftables.conf', `echo '# one line more' >>/etc/nftables.conf`),
    ['firewall.*', 'packages.*'],
  ),
  of(
    'unit',
    'units',
    '/etc/systemd/system/drift.service',
    made('/etc/systemd/system/drift.service', '[Service]\nExecStart=/bin/true'),
    ['persistence.*', 'services.*'],
  ),
  of(
    'drop-in',
    'units',
    '/etc/systemd/system/cron.service.d/drift.conf',
    {
      apply:
        "mkdir /etc/systemd/system/cron.service.d && printf '[Service]\\nExecStartPre=/bin/true\\n' >/etc/systemd/system/cron.service.d/drift.conf",
      undo: 'rm -r /etc/systemd/system/cron.service.d && systemctl daemon-reload',
    },
    ['persistence.*', 'services.*'],
  ),
  of(
    'unit-enabled',
    'units',
    '/etc/systemd/system/multi-user.target.wants/console-getty.service',
    {
      apply:
        'mkdir -p /etc/systemd/system/multi-user.target.wants && ln -s /lib/systemd/system/console-getty.service /etc/systemd/system/multi-user.target.wants/console-getty.service',
      undo: 'rm /etc/systemd/system/multi-user.target.wants/console-getty.service && systemctl daemon-reload',
    },
    ['services.*', 'persistence.*'],
  ),
  of('cron-file', 'persistence', '/etc/cron.d/drift', made('/etc/cron.d/drift', '@reboot root /usr/bin/true'), [
    'persistence.*',
  ]),
  of(
    'cron-line',
    'persistence',
    'line of /etc/crontab with digest 4005677be487a33c',
    edited('/etc/crontab', `echo '*/5 * * * * root /usr/bin/true' >>/etc/crontab`),
    ['persistence.*', 'packages.*'],
  ),
  of(
    'crontab-of-a-user',
    'persistence',
    '/var/spool/cron/crontabs/games',
    {
      apply: `echo '@daily /usr/bin/true' | crontab -u games -`,
      undo: 'crontab -u games -r',
    },
    ['persistence.*'],
  ),
  of('shell-start-up', 'persistence', '/etc/profile.d/drift.sh', made('/etc/profile.d/drift.sh', 'export DRIFT=1'), [
    'persistence.*',
  ]),
  of('preload', 'persistence', '/etc/ld.so.preload', made('/etc/ld.so.preload', '# nothing yet'), [
    'persistence.*',
    'filesystem.*',
  ]),
  of(
    'pam-line',
    'persistence',
    'line of /etc/pam.d/su with digest 167196fb3930651a',
    edited('/etc/pam.d/su', `echo 'session optional pam_echo.so drift' >>/etc/pam.d/su`),
    ['persistence.*', 'accounts.*', 'packages.*'],
  ),
  of(
    'udev-rule',
    'persistence',
    '/etc/udev/rules.d/99-drift.rules',
    {
      apply:
        'mkdir -p /etc/udev/rules.d && echo \'ACTION=="add", RUN+="/usr/bin/true"\' >/etc/udev/rules.d/99-drift.rules',
      undo: 'rm /etc/udev/rules.d/99-drift.rules',
    },
    ['persistence.*'],
  ),
  of(
    'package-hook',
    'persistence',
    '/etc/apt/apt.conf.d/99drift',
    made('/etc/apt/apt.conf.d/99drift', 'DPkg::Post-Invoke { "true"; };'),
    ['persistence.*', 'packages.*'],
  ),
  of(
    'setuid-shell',
    'privileged-files',
    '/var/lib/.sh',
    { apply: 'cp /bin/sh /var/lib/.sh && chmod 4755 /var/lib/.sh', undo: 'rm /var/lib/.sh' },
    ['filesystem.*'],
  ),
  of(
    'capability',
    'privileged-files',
    'capabilities of /usr/local/sbin/drift-cat',
    {
      apply: 'cp /bin/cat /usr/local/sbin/drift-cat && setcap cap_dac_read_search=ep /usr/local/sbin/drift-cat',
      undo: 'rm /usr/local/sbin/drift-cat',
    },
    ['filesystem.*', 'binaries.*'],
  ),
  of(
    'apt-source',
    'package-sources',
    'deb http://packages.example.net/debian stable in /etc/apt/sources.list.d/drift.list',
    made('/etc/apt/sources.list.d/drift.list', 'deb http://packages.example.net/debian stable main'),
    ['packages.*'],
  ),
  of(
    'source-trusted-blindly',
    'package-sources',
    'deb http://deb.debian.org/debian bookworm in /etc/apt/sources.list',
    edited('/etc/apt/sources.list', `sed -i '1s/^deb http/deb [trusted=yes] http/' /etc/apt/sources.list`),
    ['packages.*'],
  ),
  of(
    'name-server',
    'resolver',
    '/etc/resolv.conf: nameserver 192.0.2.53',
    edited('/etc/resolv.conf', `echo 'nameserver 192.0.2.53' >>/etc/resolv.conf`),
    ['network.*'],
  ),
  of(
    'hosts-line',
    'resolver',
    '/etc/hosts: 192.0.2.7 api.mainnet-beta.solana.com',
    edited('/etc/hosts', `echo '192.0.2.7 api.mainnet-beta.solana.com' >>/etc/hosts`),
    ['network.*'],
  ),
  of(
    'program-before-all-others',
    'binaries',
    '/usr/local/sbin/sshd-drift',
    { apply: 'cp /bin/true /usr/local/sbin/sshd-drift', undo: 'rm /usr/local/sbin/sshd-drift' },
    ['filesystem.*', 'binaries.*'],
  ),
];
