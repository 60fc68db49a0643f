// Records in the journal as root's processes write them (logger(1) would tell a user of its own invention). What is in a journal stays there, so the files are put back.

const keep = `journalctl --sync
rm -rf /root/journal-before
cp -a /var/log/journal /root/journal-before
known=$(journalctl -q -t sshd -t sshd-session -o cat | sed -n 's/^Accepted .* from \\([^ ]*\\) port.*/\\1/p' | tail -n 1)
record() { echo "$1" | systemd-cat -t sshd; }`;

const undo = `rm -rf /var/log/journal
mv /root/journal-before /var/log/journal
systemctl restart systemd-journald`;

const mutation = (name, check, subject, records, also = []) => ({
  name,
  check,
  ...(subject === undefined ? {} : { subject }),
  apply: `${keep}\n${records}\njournalctl --sync`,
  undo,
  settle: 1,
  also,
});

export const mutations = [
  mutation(
    'login-from-new-network',
    'ssh.new-login-sources',
    '203.0.113.0/24',
    `record 'Accepted gssapi-with-mic for ops from 203.0.113.9 port 50022 ssh2'`,
    ['ssh.login-sources'],
  ),
  mutation(
    'login-of-service-user',
    'ssh.new-login-users',
    'backup',
    `record "Accepted gssapi-with-mic for backup from \${known:-127.0.0.1} port 50022 ssh2"`,
    ['ssh.login-sources', 'ssh.new-login-sources'],
  ),
  mutation(
    'login-as-root',
    'ssh.root-logins',
    undefined,
    `record "Accepted gssapi-with-mic for root from \${known:-127.0.0.1} port 50022 ssh2"`,
    ['ssh.login-sources', 'ssh.new-login-sources', 'ssh.new-login-users'],
  ),
  mutation(
    'login-by-password',
    'ssh.logins-by-key',
    'ops',
    `record "Accepted password for ops from \${known:-127.0.0.1} port 50022 ssh2"`,
    ['ssh.login-sources', 'ssh.new-login-sources', 'ssh.new-login-users'],
  ),
  mutation(
    'login-with-key-since-removed',
    'ssh.login-keys-known',
    undefined,
    `record "Accepted publickey for ops from \${known:-127.0.0.1} port 50022 ssh2: ED25519 SHA256:uNiVztksCsDhcc0u9e8BrBXRMUSgPSwJcXPPFrmxJ1Y"`,
    ['ssh.login-sources', 'ssh.new-login-sources', 'ssh.new-login-users'],
  ),
  mutation(
    'logins-refused-by-hundreds',
    'ssh.failed-login-pressure',
    'all sources',
    `n=0
while [ $n -lt 640 ]; do
  echo "Failed password for invalid user admin from 198.51.100.$((n % 8)) port 40000 ssh2"
  n=$((n + 1))
done | systemd-cat -t sshd`,
  ),
  mutation(
    'login-after-refused-ones',
    'ssh.no-login-after-failures',
    undefined,
    `n=0
while [ $n -lt 12 ]; do
  record "Failed password for ops from \${known:-127.0.0.1} port 40000 ssh2"
  n=$((n + 1))
done
record "Accepted gssapi-with-mic for ops from \${known:-127.0.0.1} port 50022 ssh2"`,
    ['ssh.login-sources', 'ssh.new-login-sources', 'ssh.new-login-users'],
  ),
];
