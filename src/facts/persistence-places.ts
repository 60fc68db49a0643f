/** What kind of thing a file in a place is: who runs it, or takes it for granted, without being asked. */
export type PlaceKind =
  | 'cron'
  | 'at'
  | 'unit'
  | 'user-unit'
  | 'generator'
  | 'service-manager'
  | 'init'
  | 'shell'
  | 'login'
  | 'pam'
  | 'pam-module'
  | 'environment'
  | 'loader'
  | 'name-service'
  | 'sudo'
  | 'polkit'
  | 'bus'
  | 'udev'
  | 'package-hook'
  | 'kernel-module'
  | 'binary-format'
  | 'boot-image'
  | 'network-hook'
  | 'temporary-files'
  | 'log-hook'
  | 'desktop'
  | 'python';

const everywhere = ['/etc', '/run', '/usr/local/lib', '/usr/lib'];
const under = (...names: readonly string[]): readonly string[] =>
  everywhere.flatMap((top) => names.map((name) => `${top}/${name}`));

/**
 * Where a Debian or Ubuntu runs code or grants power by itself: patterns of the shell, of files or of
 * whole directories. What systemd makes anew at each boot or for each session is not among them.
 */
export const places: Readonly<Record<PlaceKind, readonly string[]>> = {
  cron: ['/etc/crontab', '/etc/anacrontab', '/etc/cron.*', '/var/spool/cron/crontabs'],
  at: ['/var/spool/cron/atjobs', '/var/spool/at'],
  unit: [...under('systemd/system'), ...['control', 'attached'].map((name) => `/etc/systemd/system.${name}`)],
  'user-unit': [...under('systemd/user'), '/var/lib/systemd/linger'],
  generator: under(
    'systemd/system-generators',
    'systemd/user-generators',
    'systemd/system-environment-generators',
    'systemd/user-environment-generators',
  ),
  'service-manager': [
    ...under('systemd/system.conf.d', 'systemd/user.conf.d', 'systemd/system-sleep', 'systemd/system-shutdown'),
    '/etc/systemd/system.conf',
    '/etc/systemd/user.conf',
    '/etc/systemd/sleep.conf',
    ...under('systemd/system-preset', 'systemd/user-preset'),
  ],
  init: [
    '/etc/rc.local',
    '/etc/inittab',
    '/etc/init.d',
    '/etc/rc[0-6S].d',
    '/etc/default',
    '/etc/inetd.conf',
    '/etc/xinetd.d',
  ],
  shell: [
    '/etc/profile',
    '/etc/profile.d',
    '/etc/bash.bashrc',
    '/etc/bash.bash_logout',
    '/etc/bash_completion.d',
    '/etc/zsh',
    '/etc/fish',
    '/etc/csh.*',
    '/etc/skel',
  ],
  login: ['/etc/ssh/sshrc', '/etc/update-motd.d', '/etc/security/namespace.init'],
  pam: ['/etc/pam.conf', '/etc/pam.d', '/usr/lib/pam.d', '/etc/security', '/usr/share/pam-configs'],
  'pam-module': ['/usr/lib/security', '/usr/lib/*-linux-gnu/security', '/usr/local/lib/security'],
  environment: ['/etc/environment', ...under('environment.d')],
  loader: ['/etc/ld.so.preload', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
  'name-service': [
    '/etc/nsswitch.conf',
    '/usr/lib/libnss_*',
    '/usr/lib/*-linux-gnu/libnss_*',
    '/usr/local/lib/libnss_*',
  ],
  sudo: ['/etc/sudoers', '/etc/sudoers.d', '/etc/sudo.conf', '/etc/doas.conf'],
  polkit: [
    '/etc/polkit-1',
    '/var/lib/polkit-1',
    ...['/run', '/usr/local/share', '/usr/share'].flatMap((top) =>
      ['rules.d', 'actions'].map((name) => `${top}/polkit-1/${name}`),
    ),
  ],
  bus: [
    '/etc/dbus-1',
    '/usr/share/dbus-1/system-services',
    '/usr/share/dbus-1/system.d',
    '/usr/local/share/dbus-1',
    '/run/dbus/system-services',
  ],
  udev: [...under('udev/rules.d'), '/etc/udev/udev.conf'],
  'package-hook': [
    '/etc/apt/apt.conf',
    '/etc/apt/apt.conf.d',
    '/etc/dpkg',
    '/etc/kernel',
    '/usr/share/kernel',
    '/etc/needrestart',
  ],
  'kernel-module': ['/etc/modules', ...under('modules-load.d', 'modprobe.d')],
  'binary-format': [...under('binfmt.d'), '/var/lib/binfmts', '/usr/share/binfmts'],
  'boot-image': [
    '/etc/initramfs-tools',
    '/usr/share/initramfs-tools/hooks',
    '/usr/share/initramfs-tools/scripts',
    '/etc/dracut.conf',
    '/etc/dracut.conf.d',
    '/etc/grub.d',
  ],
  'network-hook': [
    '/etc/network',
    '/etc/networkd-dispatcher',
    '/usr/lib/networkd-dispatcher',
    '/etc/NetworkManager/dispatcher.d',
    '/usr/lib/NetworkManager/dispatcher.d',
    '/etc/dhcp',
    '/etc/ppp/ip*-*.d',
    '/etc/resolvconf',
    '/etc/wpa_supplicant/*.sh',
  ],
  'temporary-files': under('tmpfiles.d', 'sysusers.d'),
  'log-hook': ['/etc/logrotate.conf', '/etc/logrotate.d', '/etc/rsyslog.conf', '/etc/rsyslog.d'],
  desktop: ['/etc/xdg/autostart', '/etc/X11/Xsession.d'],
  python: [
    '/etc/python3*/sitecustomize.py',
    ...['/usr/lib', '/usr/local/lib'].flatMap((top) =>
      ['*.pth', 'sitecustomize.py', 'usercustomize.py'].map((name) => `${top}/python3*/dist-packages/${name}`),
    ),
  ],
};

/** Under every home directory. */
export const homePlaces: Readonly<Partial<Record<PlaceKind, readonly string[]>>> = {
  shell: [
    '.profile',
    '.bashrc',
    '.bash_profile',
    '.bash_login',
    '.bash_logout',
    '.bash_aliases',
    '.zshenv',
    '.zprofile',
    '.zshrc',
    '.zlogin',
    '.zlogout',
    '.config/fish',
    '.cshrc',
    '.login',
  ],
  login: ['.ssh/rc', '.ssh/environment', '.forward'],
  environment: ['.pam_environment', '.config/environment.d'],
  'user-unit': ['.config/systemd/user', '.local/share/systemd/user'],
  desktop: ['.config/autostart'],
};

const inHome = Object.entries(homePlaces).flatMap(([kind, names]) =>
  names.map((name) => [kind as PlaceKind, `/${name}`] as const),
);
const patterns = Object.entries(places).flatMap(([kind, globs]) =>
  globs.map((glob) => {
    const source = glob.replaceAll(/[.+()]/g, String.raw`\$&`).replaceAll('*', '[^/]*');
    return { kind: kind as PlaceKind, pattern: new RegExp(`^${source}(?:/|$)`), length: glob.length };
  }),
);

/** The kind of a path found in one of the places: the longest that fits. */
export function kindOf(path: string): PlaceKind {
  const fits = patterns.filter(({ pattern }) => pattern.test(path)).toSorted((a, b) => b.length - a.length);
  const [best] = fits;
  if (best !== undefined) return best.kind;
  return inHome.find(([, name]) => `${path}/`.includes(`${name}/`))?.[0] ?? 'shell';
}
