/** Accounts, passwords, homes, sudo. */
const keep = (file) => `cp -p ${file} /run/valops-trial-kept`;
const back = (file) => `cp -p /run/valops-trial-kept ${file} && rm /run/valops-trial-kept`;
const hash = '$1$abcdefgh$irWbblnpmw.5z7wgBnprh0';

export const mutations = [
  {
    name: 'hash-in-passwd',
    check: 'accounts.passwords-are-shadowed',
    subject: 'backup',
    apply: `sed -i 's|^backup:x:|backup:${hash}:|' /etc/passwd`,
    undo: `sed -i 's|^backup:[^:]*:|backup:x:|' /etc/passwd`,
  },
  {
    name: 'password-hashed-by-md5',
    check: 'accounts.strong-password-hashes',
    subject: 'backup',
    apply: `${keep('/etc/shadow')} && sed -i 's|^backup:[^:]*:|backup:${hash}:|' /etc/shadow`,
    undo: back('/etc/shadow'),
  },
  {
    name: 'operator-expires',
    check: 'accounts.nobody-expires-soon',
    subject: 'ops',
    apply: 'chage -E "$(date -u -d "+5 days" +%F)" ops',
    undo: 'chage -E -1 ops',
  },
  {
    name: 'home-of-root-open',
    check: 'accounts.home-modes',
    // by that of the operator sshd would let nobody in, and no audit either
    subject: '/root',
    apply: 'stat -c %a /root >/run/valops-trial-mode && chmod 0777 /root',
    undo: 'chmod "$(cat /run/valops-trial-mode)" /root && rm /run/valops-trial-mode',
    also: ['filesystem.top-directories', 'ssh.authorized-keys-files', 'filesystem.nothing-writable-by-all'],
  },
  {
    name: 'bashrc-of-root-open',
    check: 'accounts.login-files',
    subject: '/root/.bashrc',
    apply: 'chmod 0666 /root/.bashrc',
    undo: 'chmod 0644 /root/.bashrc',
    also: ['filesystem.nothing-writable-by-all'],
  },
  {
    name: 'netrc-readable',
    check: 'accounts.login-files',
    subject: '/root/.netrc',
    apply: `printf 'machine example.org login ops password none\\n' >/root/.netrc && chmod 0644 /root/.netrc`,
    undo: 'rm /root/.netrc',
  },
  {
    name: 'umask-open',
    check: 'accounts.umask',
    subject: 'UMASK',
    apply: `${keep('/etc/login.defs')} && sed -i '/^UMASK/d' /etc/login.defs && echo 'UMASK 000' >>/etc/login.defs`,
    undo: back('/etc/login.defs'),
  },
  {
    name: 'next-password-by-md5',
    check: 'accounts.password-hashing',
    subject: 'ENCRYPT_METHOD',
    apply: `${keep('/etc/login.defs')} && sed -i 's/^ENCRYPT_METHOD.*/ENCRYPT_METHOD MD5/' /etc/login.defs`,
    undo: back('/etc/login.defs'),
  },
  {
    name: 'operator-in-group-shadow',
    check: 'accounts.shadow-group-empty',
    subject: 'ops',
    apply: 'gpasswd -a ops shadow >/dev/null',
    undo: 'gpasswd -d ops shadow >/dev/null',
  },
  {
    // a directory of rules that all may write has sudo ignore every rule in it: no audit gets as far as that
    name: 'sudoers-file-open',
    check: 'accounts.sudo-files',
    subject: '/etc/sudoers.d/90-notes',
    apply: "echo '# who may do what' >/etc/sudoers.d/90-notes && chmod 0666 /etc/sudoers.d/90-notes",
    undo: 'rm /etc/sudoers.d/90-notes',
    also: ['persistence.places-are-roots', 'filesystem.nothing-writable-by-all'],
  },
  {
    name: 'sudo-keeps-the-environment',
    check: 'accounts.sudo-defaults',
    subject: 'env_reset',
    apply: `printf 'Defaults !env_reset\\n' >/etc/sudoers.d/zz-environment && chmod 0440 /etc/sudoers.d/zz-environment`,
    undo: 'rm /etc/sudoers.d/zz-environment',
  },
  {
    name: 'sudo-for-a-service',
    check: 'accounts.sudo-for-people',
    subject: 'backup',
    apply: `printf 'backup ALL=(root) NOPASSWD: /usr/bin/rsync\\n' >/etc/sudoers.d/backup && chmod 0440 /etc/sudoers.d/backup`,
    undo: 'rm /etc/sudoers.d/backup',
  },
  {
    name: 'sudo-for-everybody',
    check: 'accounts.sudo-for-people',
    subject: 'ALL',
    apply: `printf 'ALL ALL=(root) NOPASSWD: /usr/bin/apt-get\\n' >/etc/sudoers.d/updates && chmod 0440 /etc/sudoers.d/updates`,
    undo: 'rm /etc/sudoers.d/updates',
  },
  {
    name: 'sudo-script-in-a-home',
    check: 'accounts.sudo-programs',
    subject: '/home/ops/restart.sh',
    apply: `printf '#!/bin/sh\\nsystemctl restart cron\\n' >/home/ops/restart.sh && chown ops:ops /home/ops/restart.sh && chmod 0755 /home/ops/restart.sh
printf 'ops ALL=(root) NOPASSWD: /home/ops/restart.sh\\n' >/etc/sudoers.d/restart && chmod 0440 /etc/sudoers.d/restart`,
    undo: 'rm /etc/sudoers.d/restart /home/ops/restart.sh',
  },
  {
    name: 'path-of-root-through-a-home',
    check: 'accounts.search-path',
    subject: '/home/ops/bin',
    apply: `${keep('/root/.profile')} && install -d -o ops /home/ops/bin && echo 'PATH=/home/ops/bin:$PATH' >>/root/.profile`,
    undo: `rmdir /home/ops/bin; ${back('/root/.profile')}`,
  },
];
