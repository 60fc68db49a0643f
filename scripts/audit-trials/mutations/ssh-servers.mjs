const config = '/etc/ssh/sshd_config';
const reload = 'sshd -t && systemctl reload ssh && sleep 0.5';

/** What an intruder, or a cloud image, puts before everything else. */
const dropped = (name, subject, lines) => ({
  name,
  check: 'ssh.keys-from-files',
  subject,
  apply: `(umask 077; printf '${lines}' >/etc/ssh/sshd_config.d/00-keys.conf) && ${reload}`,
  undo: `rm /etc/ssh/sshd_config.d/00-keys.conf && ${reload}`,
});

export const mutations = [
  dropped('second-keys-file', 'AuthorizedKeysFile', 'AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/.keys-%%u\\n'),
  dropped(
    'keys-by-command',
    'AuthorizedKeysCommand',
    'AuthorizedKeysCommand /usr/bin/true\\nAuthorizedKeysCommandUser nobody\\n',
  ),
  {
    name: 'trusted-user-ca',
    check: 'ssh.keys-from-files',
    subject: 'TrustedUserCAKeys',
    apply: `cp /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ca.pub && echo 'TrustedUserCAKeys /etc/ssh/ca.pub' >/etc/ssh/sshd_config.d/00-ca.conf && chmod 0600 /etc/ssh/sshd_config.d/00-ca.conf && ${reload}`,
    undo: `rm /etc/ssh/sshd_config.d/00-ca.conf /etc/ssh/ca.pub && ${reload}`,
  },
  {
    name: 'sshd-config-broken',
    check: 'ssh.config-valid',
    subject: config,
    apply: `cp -p ${config} /run/kept-sshd && echo 'PermitRotLogin no' >>${config}`,
    undo: `cp -p /run/kept-sshd ${config} && rm /run/kept-sshd`,
    also: ['ssh.*', 'firewall.*', 'baseline.*'],
  },
  {
    name: 'another-ssh-server',
    check: 'ssh.one-server',
    subject: 'dropbear',
    apply:
      'cp /usr/bin/sleep /usr/local/sbin/dropbear && systemd-run -q --unit=dropbear /usr/local/sbin/dropbear 86400',
    undo: 'systemctl stop dropbear && rm /usr/local/sbin/dropbear',
  },
  {
    name: 'sshd-not-restarted',
    check: 'ssh.running-current',
    subject: 'sshd',
    apply: 'cp -p /usr/sbin/sshd /usr/sbin/sshd.new && mv /usr/sbin/sshd.new /usr/sbin/sshd',
    undo: 'systemctl restart ssh && sleep 0.5',
    also: ['services.as-on-disk', 'packages.*'],
  },
  {
    name: 'host-keys-unchecked',
    check: 'ssh.client-checks-hosts',
    subject: 'StrictHostKeyChecking',
    apply: `printf 'Host *\\n  StrictHostKeyChecking no\\n' >/etc/ssh/ssh_config.d/50-cloud.conf`,
    undo: 'rm /etc/ssh/ssh_config.d/50-cloud.conf',
  },
  {
    name: 'agent-lent',
    check: 'ssh.client-checks-hosts',
    subject: 'ForwardAgent',
    apply: `(umask 077; printf 'Host *\\n  ForwardAgent yes\\n' >/root/.ssh/config)`,
    undo: 'rm /root/.ssh/config',
  },
];
