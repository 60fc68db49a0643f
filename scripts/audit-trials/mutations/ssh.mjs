const config = '/etc/ssh/sshd_config';
const managed = '/etc/ssh/sshd_config.d/00-valops.conf';

/** sshd answers a reload after a moment; a connection before that is refused. */
const reload = 'sshd -t && systemctl reload ssh && sleep 0.5';

/** Somebody edits the managed file, as a guide on the web told them. */
const edited = (name, check, directive, value) => ({
  name,
  check,
  subject: directive,
  apply: `cp -p ${managed} /run/kept && sed -i 's/^${directive} .*/${directive} ${value}/' ${managed} && ${reload}`,
  undo: `cp -p /run/kept ${managed} && rm /run/kept && ${reload}`,
});

/** A package or a cloud image brings a file that is read before the managed one. */
const dropped = (name, check, subject, line) => ({
  name,
  check,
  subject,
  apply: `umask 077; echo '${line}' >/etc/ssh/sshd_config.d/00-cloud.conf && ${reload}`,
  undo: `rm /etc/ssh/sshd_config.d/00-cloud.conf && ${reload}`,
});

/** A Match block counts for those it matches only, which a look at the file's head does not show. */
const matched = (name, check, subject, lines) => ({
  name,
  check,
  subject,
  apply: `cp -p ${config} /run/kept && printf '${lines}' >>${config} && ${reload}`,
  undo: `cp -p /run/kept ${config} && rm /run/kept && ${reload}`,
});

/** Added at the end of a list of algorithms. */
const weakened = (name, check, directive, algorithm) => ({
  name,
  check,
  subject: directive,
  apply: `cp -p ${managed} /run/kept && sed -i '/^${directive} /s/$/,${algorithm}/' ${managed} && ${reload}`,
  undo: `cp -p /run/kept ${managed} && rm /run/kept && ${reload}`,
});

const mode = (name, check, subject, path, wrong, right) => ({
  name,
  check,
  subject,
  apply: `chmod ${wrong} ${path}`,
  undo: `chmod ${right} ${path}`,
});

export const mutations = [
  dropped('root-logs-in', 'ssh.root-login', 'PermitRootLogin', 'PermitRootLogin yes'),
  edited('root-logs-in-by-key', 'ssh.root-login', 'PermitRootLogin', 'prohibit-password'),
  dropped('passwords-by-cloud-init', 'ssh.no-passwords', 'PasswordAuthentication', 'PasswordAuthentication yes'),
  matched(
    'passwords-for-one-user',
    'ssh.no-passwords',
    'PasswordAuthentication in Match User ops',
    'Match User ops\\n  PasswordAuthentication yes\\n',
  ),
  dropped(
    'keyboard-interactive',
    'ssh.no-passwords',
    'KbdInteractiveAuthentication',
    'KbdInteractiveAuthentication yes',
  ),
  dropped('empty-passwords', 'ssh.no-empty-passwords', 'PermitEmptyPasswords', 'PermitEmptyPasswords yes'),
  dropped('host-based', 'ssh.no-host-trust', 'HostbasedAuthentication', 'HostbasedAuthentication yes'),
  dropped('rhosts', 'ssh.no-host-trust', 'IgnoreRhosts', 'IgnoreRhosts no'),
  dropped('user-environment', 'ssh.no-user-environment', 'PermitUserEnvironment', 'PermitUserEnvironment yes'),
  dropped('strict-modes-off', 'ssh.strict-modes', 'StrictModes', 'StrictModes no'),
  {
    name: 'without-pam',
    check: 'ssh.keys-accepted',
    subject: 'UsePAM',
    // without PAM a locked password, as accounts that log in by key have it, keeps its owner out
    apply: `cp -p /etc/shadow /run/kept && sed -i 's/^ops:!/ops:*/' /etc/shadow &&
echo 'UsePAM no' >/etc/ssh/sshd_config.d/00-cloud.conf && chmod 600 /etc/ssh/sshd_config.d/00-cloud.conf && ${reload}`,
    undo: `cp -p /run/kept /etc/shadow && rm /run/kept /etc/ssh/sshd_config.d/00-cloud.conf && ${reload}`,
  },
  edited('anybody-may-log-in', 'ssh.allowed-users', 'AllowUsers', 'ops validator'),
  dropped('agent-forwarding', 'ssh.forwarding', 'AllowAgentForwarding', 'AllowAgentForwarding yes'),
  dropped('x11-forwarding', 'ssh.forwarding', 'X11Forwarding', 'X11Forwarding yes'),
  dropped('tcp-forwarding-everywhere', 'ssh.forwarding', 'AllowTcpForwarding', 'AllowTcpForwarding yes'),
  dropped('gateway-ports', 'ssh.forwarding', 'GatewayPorts', 'GatewayPorts yes'),
  dropped('tunnels', 'ssh.forwarding', 'PermitTunnel', 'PermitTunnel yes'),
  dropped('many-attempts', 'ssh.limits', 'MaxAuthTries', 'MaxAuthTries 20'),
  dropped('no-time-limit', 'ssh.limits', 'LoginGraceTime', 'LoginGraceTime 0'),
  dropped('idle-for-ever', 'ssh.limits', 'ClientAliveInterval', 'ClientAliveInterval 0'),
  dropped('quiet-log', 'ssh.log-level', 'LogLevel', 'LogLevel QUIET'),
  weakened('cbc-cipher', 'ssh.ciphers', 'Ciphers', 'aes256-cbc'),
  weakened('sha1-mac', 'ssh.macs', 'MACs', 'hmac-sha1'),
  weakened('group14-sha1', 'ssh.key-exchange', 'KexAlgorithms', 'diffie-hellman-group14-sha1'),
  weakened('nist-host-key', 'ssh.host-key-algorithms', 'HostKeyAlgorithms', 'ecdsa-sha2-nistp256'),
  weakened('sha1-user-keys', 'ssh.user-key-algorithms', 'PubkeyAcceptedAlgorithms', 'ssh-rsa'),
  edited('short-rsa-keys', 'ssh.user-key-algorithms', 'RequiredRSASize', '1024'),
  mode('config-readable', 'ssh.config-modes', config, config, '0644', '0600'),
  mode('drop-in-writable', 'ssh.config-modes', managed, managed, '0660', '0600'),
  {
    name: 'config-of-operator',
    check: 'ssh.config-modes',
    subject: managed,
    apply: `chown ops ${managed}`,
    undo: `chown root ${managed}`,
  },
  mode(
    'host-key-readable',
    'ssh.host-key-modes',
    '/etc/ssh/ssh_host_rsa_key',
    '/etc/ssh/ssh_host_rsa_key',
    '0644',
    '0600',
  ),
  {
    name: 'short-host-key',
    check: 'ssh.host-keys',
    subject: '/etc/ssh/ssh_host_rsa_key',
    apply: `cd /etc/ssh && mkdir /run/kept && cp -p ssh_host_rsa_key ssh_host_rsa_key.pub /run/kept &&
rm ssh_host_rsa_key ssh_host_rsa_key.pub && ssh-keygen -q -t rsa -b 1024 -N '' -f ssh_host_rsa_key && ${reload}`,
    undo: `cp -p /run/kept/* /etc/ssh && rm -r /run/kept && ${reload}`,
  },
  {
    name: 'moduli-of-the-package',
    check: 'ssh.moduli',
    subject: '/etc/ssh/moduli',
    apply: 'mv /etc/ssh/moduli /run/kept && cp -p /etc/ssh/moduli.valops-old /etc/ssh/moduli',
    undo: 'rm /etc/ssh/moduli && cp -p /run/kept /etc/ssh/moduli && rm /run/kept',
  },
  {
    name: 'sshd-not-at-boot',
    check: 'ssh.enabled-at-boot',
    subject: 'sshd',
    apply: 'systemctl -q disable ssh.service 2>/dev/null',
    undo: 'systemctl -q enable ssh.service 2>/dev/null',
  },
  {
    name: 'sshd-unit-not-read',
    check: 'ssh.enabled-at-boot',
    subject: 'ssh.service',
    apply:
      'install -d /etc/systemd/system/ssh.service.d && printf "[Service]\\nNice=1\\n" >/etc/systemd/system/ssh.service.d/nice.conf',
    undo: 'rm -r /etc/systemd/system/ssh.service.d && systemctl daemon-reload',
  },
  mode(
    'authorized-keys-writable',
    'ssh.authorized-keys-files',
    'ops /home/ops/.ssh/authorized_keys',
    '/home/ops/.ssh/authorized_keys',
    // StrictModes keeps everybody out with more than this on a directory: for the group of the user alone it does not
    '0620',
    '0600',
  ),
  {
    name: 'line-that-is-no-key',
    check: 'ssh.authorized-keys-files',
    subject: '/home/ops/.ssh/authorized_keys:2',
    apply:
      'cp -p /home/ops/.ssh/authorized_keys /run/kept && echo "ssh-ed25519 AAAAbroken" >>/home/ops/.ssh/authorized_keys',
    undo: 'cp -p /run/kept /home/ops/.ssh/authorized_keys && rm /run/kept',
  },
  {
    name: 'weak-authorised-key',
    check: 'ssh.authorized-keys-strong',
    apply: `cp -p /home/ops/.ssh/authorized_keys /run/kept && ssh-keygen -q -t ecdsa -b 256 -N '' -C laptop -f /run/weak &&
cat /run/weak.pub >>/home/ops/.ssh/authorized_keys && rm /run/weak /run/weak.pub`,
    undo: 'cp -p /run/kept /home/ops/.ssh/authorized_keys && rm /run/kept',
  },
];
