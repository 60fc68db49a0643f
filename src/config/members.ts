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
  'binaries.NAME.version': 'the version that is wanted; quote it where it could be a number',
  'binaries.NAME.platforms':
    '`linux-x64` (alone unless given) and `linux-arm64`, as a list, or as a map with the `os`, `arch` and `target` that the publisher uses in names',
  'binaries.NAME.prefix': 'where it is installed, in place of `sync.prefix`',
  'binaries.NAME.source': 'where it comes from: [sources](#sources)',
  'binaries.NAME.archive':
    '`members`: what to take out, each a path, or `path`, `install` (below the release; `bin/` and the last name unless given) and `mode` (in quotes); `format: bare`, or no `archive` at all, for a file that is the program',
  'binaries.NAME.verify': 'how it is proven, all of it required: [proofs](#proofs)',
  'binaries.NAME.check':
    'program and arguments, run before the switch; its output must hold the version, or what `expect` says in `{run, expect, timeout}`',
  'binaries.NAME.health': 'the same, run after the switch until it passes or its time is up; failing switches back',
  'binaries.NAME.restart':
    'the same, run once after the switch, before `health`: the only way valops touches a running service',
  'binaries.NAME.minimum': 'the oldest version that may ever be active again',
  'sync.prefix': '`/opt/valops` unless given; nobody but root (or you) may be able to write on the way to it',
  'sync.keep': 'releases that are kept of each binary, 5 unless given, at least 2',
  'sync.ca': 'file with a certificate authority to trust as well, relative to `valops.yaml`',
  'backup.identities':
    'deployed identities, each `kind` and `place`, with `card`, `sealed` and `state`: [Backups](#backups)',
  'backup.include': 'files and directories of configuration',
  'backup.recipients': 'recipients by who holds the key: `host`, `offline`, `escrow`',
  'backup.to': 'directories to write to; best on two media',
  'backup.keep': 'what `prune` leaves: `count` and `days`',
  'backup.drill': 'which `classes` must have opened a backup, and how often (`every`)',
  'audit.profile': '`validator`, `cis-l1` or `ssh-audit`: by which audits judge; `ssh.profile` unless given',
  'audit.serviceUsers': 'accounts that services of the validator run as',
  'audit.loginSources': 'networks that people log in from',
  'audit.units': 'systemd services of the validator: they run, start at boot, and are confined',
  'audit.keyPlaces': 'absolute paths of keys as deployed: where a private key in clear may be',
  'audit.home':
    "`VALOPS_HOME` on the host, `.valops` in root's home unless given: keys, journal, records of backups are looked at there",
  'audit.binariesPrefix': 'where pinned binaries lie on the host, `/opt/valops` unless given',
  'audit.rpc':
    'RPC of the validator on the host itself: `url` (loopback), `network` (`solana` or `cometbft`), `genesis` (its hash), `fallbacks` (addresses)',
  'audit.repositories': 'absolute paths of work trees on the host that programs run from, or are built from',
  'audit.services':
    'HTTP services that are tried for real: `name`, `url` or `socket`, `unit`, paths, `caps`, `ca`: [Services](#services-that-are-tried)',
  'audit.amnesia': 'what must not outlive a reboot: `places`, `volatileJournal`: [Services](#services-that-are-tried)',
  'audit.delivery': 'who is told of audits: `webhook`, `textfile`, `ping`: [Delivery](#delivery)',
  'audit.schedule':
    'of audits a host runs by itself: `at` (UTC, `04:00`), `user`, `config` and `program` on the host: [By itself](#by-itself)',
  'audit.checklists': 'checklists of your own, and what is added to the built-in ones: [Checklists](#checklists)',
  'audit.waivers': 'findings to live with for a time: [Waivers](#waivers)',
};
