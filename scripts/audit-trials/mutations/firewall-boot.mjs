const rules = 'nft list ruleset >/run/kept';
const rulesBack = '{ echo flush ruleset; cat /run/kept; } | nft -f - && rm /run/kept';

export const mutations = [
  {
    name: 'ssh-open-over-ipv6',
    check: 'firewall.same-for-v6',
    subject: '22/tcp',
    apply: `${rules} && nft insert rule inet valops input meta nfproto ipv6 tcp dport 22 accept`,
    undo: rulesBack,
    also: ['firewall.as-declared', 'firewall.listeners'],
  },
  {
    name: 'boot-rules-moved-away',
    check: 'firewall.starts-at-boot',
    subject: 'rules at boot',
    apply: 'mv /etc/valops-firewall.nft /run/kept-rules',
    undo: 'mv /run/kept-rules /etc/valops-firewall.nft',
    also: ['firewall.as-declared'],
  },
  {
    name: 'rules-file-writable',
    check: 'firewall.config-modes',
    subject: '/etc/nftables.conf',
    apply: 'stat -c %a /etc/nftables.conf >/run/kept-mode && chmod 0666 /etc/nftables.conf',
    undo: 'chmod "$(cat /run/kept-mode)" /etc/nftables.conf && rm /run/kept-mode',
    also: ['filesystem.*'],
  },
];
