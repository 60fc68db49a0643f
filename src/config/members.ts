/** What each member of `valops.yaml` is, by its path; OPERATIONS.md has the same table. */
export const members: Readonly<Record<string, string>> = {
  'hosts.NAME.address': 'name or address, IPv6 without brackets; the only one that must be there',
  'hosts.NAME.port': 'port of its sshd',
  'hosts.NAME.user': 'who logs in',
  'hosts.NAME.key': 'private key file, `~/` is your home; no other key is tried then',
  'hosts.NAME.hostKey': 'fingerprint of its host key, or a list of them; no other is accepted',
  'hosts.NAME.jump':
    'host to go through: a name of `hosts`, or `user@address[:port]`; several separated by commas, the first first',
  'hosts.NAME.groups': 'groups it belongs to, for `--host GROUP`; a group has no name of a host',
  'ssh.profile': '`validator` (the default), `cis-l1` or `ssh-audit`',
  'ssh.port': 'the port on which sshd shall listen; without it the port stays',
  'ssh.allowUsers': 'the only users who may log in',
  'ssh.override': 'directive of sshd_config and its value, in place of what the profile wants',
  'firewall.backend': '`nftables` or `ufw`; without it the one in use',
  'firewall.management': 'networks from which SSH is reached',
  'firewall.public':
    'what anybody may reach: `port`, `proto` (`tcp` unless given, or `udp`) and `name`, which is shown beside the rule',
  'firewall.local': 'what only the host itself may reach; members as above',
  'firewall.egressDeny': 'networks to which the host opens no connection',
};
