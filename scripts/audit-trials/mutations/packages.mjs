const list = '/var/lib/apt/lists';

/** A file is put aside, changed, and put back as it was: mode, owner and times. */
const changed = (path, change) => ({
  apply: `cp -p ${path} /root/.trial-aside\n${change}`,
  undo: `cp -p /root/.trial-aside ${path}\nrm /root/.trial-aside`,
});

export const mutations = [
  {
    name: 'source-trusted-blindly',
    check: 'packages.sources-verified',
    ...changed('/etc/apt/sources.list', `sed -i '1s/^deb /deb [trusted=yes] /' /etc/apt/sources.list`),
  },
  {
    name: 'vendor-source-with-any-key',
    check: 'packages.sources-bound-to-keys',
    subject: 'deb https://packages.example.net/tools stable',
    apply: `echo 'deb https://packages.example.net/tools stable main' >/etc/apt/sources.list.d/tools.list
printf 'Origin: Example\\nCodename: stable\\n' >${list}/packages.example.net_tools_dists_stable_InRelease`,
    undo: `rm /etc/apt/sources.list.d/tools.list ${list}/packages.example.net_tools_dists_stable_InRelease`,
  },
  {
    name: 'vendor-key-for-everything',
    check: 'packages.no-global-keys',
    subject: '/etc/apt/trusted.gpg.d/vendor.gpg',
    apply: 'cp /usr/share/keyrings/debian-archive-keyring.gpg /etc/apt/trusted.gpg.d/vendor.gpg',
    undo: 'rm /etc/apt/trusted.gpg.d/vendor.gpg',
  },
  {
    name: 'apt-unauthenticated',
    check: 'packages.apt-verifies',
    subject: 'APT::Get::AllowUnauthenticated',
    apply: `echo 'APT::Get::AllowUnauthenticated "true";' >/etc/apt/apt.conf.d/99trial`,
    undo: 'rm /etc/apt/apt.conf.d/99trial',
  },
  {
    name: 'apt-settings-writable',
    check: 'packages.apt-files-owned-by-root',
    subject: '/etc/apt/apt.conf.d',
    apply: 'chmod o+w /etc/apt/apt.conf.d',
    undo: 'chmod o-w /etc/apt/apt.conf.d',
    also: ['persistence.places-are-roots', 'filesystem.nothing-writable-by-all'],
  },
  {
    name: 'source-of-another-release',
    check: 'packages.one-release',
    subject: 'deb http://deb.debian.org/debian sid',
    apply: `echo 'deb http://deb.debian.org/debian sid main' >/etc/apt/sources.list.d/sid.list`,
    undo: 'rm /etc/apt/sources.list.d/sid.list',
  },
  {
    name: 'security-source-commented-out',
    check: 'packages.security-source',
    subject: 'security updates',
    ...changed('/etc/apt/sources.list', `sed -i '/security/s/^/# /' /etc/apt/sources.list`),
  },
  {
    name: 'release-past-its-end',
    check: 'packages.release-supported',
    subject: 'debian 10',
    ...changed('/usr/lib/os-release', `sed -i 's/^VERSION_ID=.*/VERSION_ID="10"/' /usr/lib/os-release`),
  },
  {
    name: 'security-update-pending',
    check: 'packages.no-security-updates-pending',
    subject: 'openssh-server',
    apply: `printf 'Package: openssh-server\\nVersion: 1:99.0p1-1\\n\\n' >${list}/security.debian.org_dists_trial-security_main_binary-amd64_Packages`,
    undo: `rm ${list}/security.debian.org_dists_trial-security_main_binary-amd64_Packages`,
  },
  {
    name: 'lists-lost',
    check: 'packages.lists-fresh',
    subject: 'lists',
    apply: `mv ${list} ${list}.trial\nmkdir -p ${list}/partial`,
    undo: `rmdir ${list}/partial ${list}\nmv ${list}.trial ${list}`,
    also: ['packages.no-security-updates-pending'],
  },
  {
    name: 'reboot-asked-for',
    check: 'packages.no-reboot-pending',
    subject: 'reboot',
    apply: 'touch /run/reboot-required; echo linux-image-amd64 >/run/reboot-required.pkgs',
    undo: 'rm /run/reboot-required /run/reboot-required.pkgs',
  },
  {
    name: 'package-half-configured',
    check: 'packages.none-half-installed',
    subject: 'cron',
    ...changed(
      '/var/lib/dpkg/status',
      `sed -i '/^Package: cron$/,/^$/s/^Status: .*/Status: install ok half-configured/' /var/lib/dpkg/status`,
    ),
  },
  {
    name: 'package-held',
    check: 'packages.none-held',
    subject: 'openssh-server',
    ...changed('/var/lib/dpkg/status', 'apt-mark hold openssh-server >/dev/null'),
  },
  {
    name: 'telnet-server-installed',
    check: 'packages.no-insecure-programs',
    subject: 'telnetd',
    apply: `mkdir -p /root/.trial-deb/DEBIAN
printf 'Package: telnetd\\nVersion: 99\\nArchitecture: all\\nMaintainer: trial <trial@example.net>\\nDescription: trial\\n' >/root/.trial-deb/DEBIAN/control
dpkg-deb --build /root/.trial-deb /root/.trial.deb >/dev/null
dpkg --install /root/.trial.deb >/dev/null 2>&1
rm -r /root/.trial-deb /root/.trial.deb`,
    undo: 'dpkg --purge telnetd >/dev/null 2>&1',
  },
  {
    name: 'unattended-upgrades-on',
    check: 'packages.unattended-upgrades',
    subject: 'unattended-upgrades',
    apply: `echo 'APT::Periodic::Unattended-Upgrade "1";' >/etc/apt/apt.conf.d/99-trial
systemctl --quiet unmask apt-daily-upgrade.timer; systemctl start apt-daily-upgrade.timer`,
    undo: `rm /etc/apt/apt.conf.d/99-trial
systemctl stop apt-daily-upgrade.timer; systemctl --quiet mask apt-daily-upgrade.timer`,
    settle: 1,
  },
  {
    name: 'tool-replaced',
    check: 'packages.files-unchanged',
    subject: '/usr/bin/top',
    ...changed('/usr/bin/top', `printf 'x' >>/usr/bin/top`),
  },
];
