/**
 * How a host may look before valops comes: id → script for its console. All of them let the
 * operator in.
 */
export const scenes = {
  stock: ':',
  'cloud-init': `printf 'PasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/50-cloud-init.conf
chmod 600 /etc/ssh/sshd_config.d/50-cloud-init.conf; systemctl reload ssh; sleep 0.5`,
  match: `printf 'Match User ops\\n  PasswordAuthentication yes\\n  X11Forwarding yes\\n' >>/etc/ssh/sshd_config
systemctl reload ssh; sleep 0.5`,
  'include-last': `sed -i '/^Include/d' /etc/ssh/sshd_config
printf 'MaxAuthTries 6\\nPermitRootLogin yes\\nInclude /etc/ssh/sshd_config.d/*.conf\\n' >>/etc/ssh/sshd_config
systemctl reload ssh; sleep 0.5`,
  'ufw-active': 'ufw allow 22/tcp >/dev/null; ufw allow 9100/tcp >/dev/null; ufw --force enable >/dev/null',
  'foreign-table': `nft -f - <<'T'
table inet site {
  set banned { type ipv4_addr; elements = { 198.51.100.7 } }
  chain input { type filter hook input priority -10; policy accept; ip saddr @banned drop; }
}
T`,
  socket: 'systemctl disable --now ssh.service >/dev/null; systemctl enable --now ssh.socket >/dev/null',
};

/** A program that anybody reaches before the firewall stands, and nobody after. */
export const openPort = 7777;
export const openPortScript = `printf '[Service]\\nExecStart=/usr/bin/nc -lk ${openPort}\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/open.service
systemctl daemon-reload; systemctl enable --now open.service 2>/dev/null`;
