const setting = (name, check, key, value, subject) => ({
  name,
  check,
  subject,
  apply: `sysctl -n ${key} >/root/${name}.before; sysctl -q ${key}=${value}`,
  undo: `sysctl -q ${key}="$(cat /root/${name}.before)"; rm /root/${name}.before`,
  also: ['kernel.settings-in-force'],
});

const listener = (name, check, port) => ({
  name,
  check,
  subject: `0.0.0.0:${port}`,
  apply: `systemd-run -q --unit=${name} -- python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", ${port})); time.sleep(600)'`,
  undo: `systemctl stop ${name}.service; systemctl reset-failed ${name}.service 2>/dev/null || :`,
  settle: 2,
  also: ['firewall.listeners', 'baseline.listeners', 'baseline.units'],
});

export const mutations = [
  setting(
    'redirects-taken',
    'network.no-redirects',
    'net.ipv4.conf.eth0.accept_redirects',
    '1',
    'net.ipv4.conf.*.accept_redirects',
  ),
  setting(
    'redirects-taken-v6',
    'network.no-redirects',
    'net.ipv6.conf.eth0.accept_redirects',
    '1',
    'net.ipv6.conf.*.accept_redirects',
  ),
  {
    name: 'source-routes-taken',
    check: 'network.no-source-routes',
    subject: 'net.ipv4.conf.*.accept_source_route',
    apply: `sysctl -n net.ipv4.conf.all.accept_source_route net.ipv4.conf.eth0.accept_source_route >/root/source-routes.before
sysctl -q net.ipv4.conf.all.accept_source_route=1 net.ipv4.conf.eth0.accept_source_route=1`,
    undo: `{ read -r all; read -r own; } </root/source-routes.before
sysctl -q net.ipv4.conf.all.accept_source_route="$all" net.ipv4.conf.eth0.accept_source_route="$own"
rm /root/source-routes.before`,
    also: ['kernel.settings-in-force'],
  },
  {
    name: 'reverse-path-off',
    check: 'network.reverse-path',
    subject: 'net.ipv4.conf.*.rp_filter',
    apply: `sysctl -n net.ipv4.conf.all.rp_filter net.ipv4.conf.eth0.rp_filter >/root/rp-filter.before
sysctl -q net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0`,
    undo: `{ read -r all; read -r own; } </root/rp-filter.before
sysctl -q net.ipv4.conf.all.rp_filter="$all" net.ipv4.conf.eth0.rp_filter="$own"
rm /root/rp-filter.before`,
    also: ['kernel.settings-in-force'],
  },
  setting('syn-cookies-off', 'network.robust-stack', 'net.ipv4.tcp_syncookies', '0', 'net.ipv4.tcp_syncookies'),
  listener('cometbft-rpc-for-everybody', 'network.rpc-not-exposed', 26657),
  listener('metrics-for-everybody', 'network.metrics-not-exposed', 9100),
  listener('redis-for-everybody', 'network.control-ports-not-exposed', 6379),
  {
    name: 'interface-promiscuous',
    check: 'network.no-sniffers',
    subject: 'eth0',
    apply: 'ip link set eth0 promisc on',
    undo: 'ip link set eth0 promisc off',
    also: [],
  },
  {
    name: 'packet-socket-of-a-script',
    check: 'network.no-sniffers',
    subject: 'packet socket of python3',
    apply: `systemd-run -q --unit=packet-socket -- python3 -c 'import socket,time; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW,socket.ntohs(3)); time.sleep(600)'`,
    undo: 'systemctl stop packet-socket.service; systemctl reset-failed packet-socket.service 2>/dev/null || :',
    settle: 1,
    also: ['baseline.units'],
  },
  {
    name: 'updates-led-elsewhere',
    check: 'network.names-not-overridden',
    subject: 'deb.debian.org',
    apply: `cp -a /etc/hosts /root/hosts.before; echo '203.0.113.66 deb.debian.org' >>/etc/hosts`,
    undo: 'cat /root/hosts.before >/etc/hosts; rm /root/hosts.before',
    also: ['baseline.resolver'],
  },
];
