const service = (name, words) =>
  `systemd-run -q --unit=${name} ${words} && for n in 1 2 3 4 5 6 7 8 9 10; do ss -ltun | grep -q 7777 && break; sleep 0.2; done`;
const end = (name) => `systemctl stop ${name}`;

const rules = 'nft list ruleset >/run/kept';
const rulesBack = '{ echo flush ruleset; cat /run/kept; } | nft -f - && rm /run/kept';

const settingsBack = 'sysctl -q -p /etc/sysctl.d/90-validator.conf 2>/dev/null || true';

export const mutations = [
  {
    name: 'policy-accept',
    check: 'firewall.incoming-denied',
    apply: `${rules} && nft chain inet valops input '{ policy accept; }'`,
    undo: "nft chain inet valops input '{ policy drop; }' && rm /run/kept",
    also: ['firewall.as-declared', 'firewall.incoming-denied', 'firewall.listeners'],
  },
  {
    name: 'rules-flushed',
    check: 'firewall.as-declared',
    subject: 'firewall.ruleset',
    apply: `${rules} && nft flush ruleset`,
    undo: rulesBack,
    also: ['firewall.incoming-denied', 'firewall.listeners'],
  },
  {
    name: 'rule-by-hand',
    check: 'firewall.as-declared',
    subject: 'firewall.ruleset',
    apply: `${rules} && nft add rule inet valops input tcp dport 9100 accept`,
    undo: rulesBack,
  },
  {
    name: 'rules-not-at-boot',
    check: 'firewall.as-declared',
    subject: 'firewall.boot',
    apply: 'systemctl -q disable valops-firewall.service',
    undo: 'systemctl -q enable valops-firewall.service',
    also: ['firewall.starts-at-boot'],
  },
  {
    name: 'routing-on',
    check: 'firewall.forwarding',
    subject: 'net.ipv4.ip_forward',
    apply: 'echo 1 >/proc/sys/net/ipv4/ip_forward',
    // with each change of it the kernel forgets all other settings of IPv4 (Documentation/networking/ip-sysctl)
    undo: `echo 0 >/proc/sys/net/ipv4/ip_forward; ${settingsBack}`,
    also: ['kernel.settings-in-force', 'network.*'],
  },
  {
    name: 'routing-of-ipv6-on',
    check: 'firewall.forwarding',
    subject: 'net.ipv6.conf.all.forwarding',
    apply: 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding',
    undo: 'echo 0 >/proc/sys/net/ipv6/conf/all/forwarding',
    also: ['kernel.settings-in-force'],
  },
  {
    name: 'undeclared-listener',
    check: 'firewall.listeners',
    subject: '0.0.0.0:7777/tcp (nc)',
    apply: service('backdoor', 'nc -lk 0.0.0.0 7777'),
    undo: end('backdoor'),
  },
  {
    name: 'undeclared-listener-of-ipv6',
    check: 'firewall.listeners',
    subject: '[::]:7777/udp (nc)',
    apply: service('backdoor', 'nc -6lku :: 7777'),
    undo: end('backdoor'),
  },
  {
    name: 'rpc-for-everybody',
    check: 'firewall.listeners',
    apply: `sed -i.kept "s/'127.0.0.1', 8899/'0.0.0.0', 8899/" /opt/valops/vald/current/lib/validator.py && systemctl restart validator && sleep 1`,
    undo: `cd /opt/valops/vald/current/lib && mv validator.py.kept validator.py && systemctl restart validator && sleep 1`,
    also: ['binaries.*', 'network.*'],
  },
  {
    name: 'packets-redirected',
    check: 'firewall.no-bypass',
    apply: `nft -f - <<'END'
table ip sneaky {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport 8001 redirect to :8899
  }
}
END`,
    undo: 'nft delete table ip sneaky',
    also: ['firewall.as-declared'],
  },
  {
    name: 'second-firewall',
    check: 'firewall.one-tool',
    subject: 'ufw',
    apply: `${rules} && ufw allow 22/tcp >/dev/null && ufw --force enable >/dev/null`,
    // it brings settings of its own, /etc/ufw/sysctl.conf
    undo: `ufw --force disable >/dev/null && ufw --force delete allow 22/tcp >/dev/null; ${rulesBack}; ${settingsBack}`,
    also: ['firewall.*', 'kernel.settings-in-force', 'network.*'],
  },
];
