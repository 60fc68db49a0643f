// Most settings of the kernel are read-only in the containers that trials run in: cases cover them.
export const mutations = [
  {
    name: 'setting-never-loaded',
    check: 'kernel.settings-in-force',
    subject: 'net.ipv4.tcp_fin_timeout',
    apply: `echo 'net.ipv4.tcp_fin_timeout = 31' >/etc/sysctl.d/99-trial.conf`,
    undo: 'rm /etc/sysctl.d/99-trial.conf',
  },
  {
    name: 'core-dump-lies-about',
    check: 'kernel.no-stored-dumps',
    subject: '/var/lib/systemd/coredump/core.validator.999.trial.zst',
    apply:
      'mkdir -p /var/lib/systemd/coredump; head -c 4096 /dev/zero >/var/lib/systemd/coredump/core.validator.999.trial.zst',
    undo: 'rm /var/lib/systemd/coredump/core.validator.999.trial.zst',
  },
];
