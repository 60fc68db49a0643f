const files = '/etc/passwd /etc/shadow /etc/group /etc/gshadow';
const keep = `mkdir -p /run/kept && cp -p ${files} /run/kept`;
const back = 'cp -p /run/kept/* /etc && rm -r /run/kept';

/** A change of the account files, taken back byte by byte. */
const account = (name, check, subject, script, also = []) => ({
  name,
  check,
  subject,
  apply: `${keep} && ${script}`,
  undo: back,
  also,
});

export const mutations = [
  account('empty-password', 'accounts.no-empty-passwords', 'ops', 'passwd -q -d ops', ['accounts.*']),
  account(
    'second-uid-0',
    'accounts.only-root-is-uid-0',
    'toor',
    `echo 'toor:x:0:0::/root:/bin/bash' >>/etc/passwd && echo 'toor:*:20000::::::' >>/etc/shadow`,
    ['accounts.*', 'ssh.*'],
  ),
  account('user-in-group-root', 'accounts.only-root-is-in-gid-0', 'ops', 'usermod -g 0 ops', ['accounts.*']),
  account('validator-is-sudoer', 'accounts.service-users-have-no-power', 'validator', 'usermod -aG sudo validator', [
    'accounts.*',
  ]),
  account('shell-for-a-service', 'accounts.system-users-have-no-shell', 'www-data', 'usermod -s /bin/bash www-data', [
    'accounts.*',
    'ssh.*',
  ]),
  account('group-twice', 'accounts.unique-groups', undefined, 'groupadd -o -g 27 wheel', ['accounts.*']),
  account(
    'user-twice',
    'accounts.unique-users',
    undefined,
    `useradd -o -M -u "$(id -u ops)" -g ops -s /usr/sbin/nologin spare`,
    ['accounts.*'],
  ),
  account('group-gone', 'accounts.groups-exist', 'games', `sed -i '/^games:/s/:60:/:6060:/' /etc/passwd`, [
    'accounts.*',
  ]),
  {
    name: 'unit-failed',
    check: 'services.no-failed-units',
    subject: 'systemd',
    apply: 'systemd-run -q --unit=broken --wait /bin/false || true',
    undo: 'systemctl reset-failed broken',
    also: ['services.*'],
  },
];
