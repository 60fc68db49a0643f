/** What the next boot loads. */
export const rulesPath = '/etc/valops-firewall.nft';
export const unitName = 'valops-firewall.service';
export const unitPath = `/etc/systemd/system/${unitName}`;
/** The link that enables the unit. */
export const wantsPath = `/etc/systemd/system/sysinit.target.wants/${unitName}`;

/**
 * A unit of our own loads our own file: /etc/nftables.conf is the distribution's, it begins with
 * `flush ruleset`, and a package upgrade asks about every change to it. Where nftables.service runs as
 * well, ours comes after it and follows its restarts and reloads, which flush our table too.
 *
 * A change that nobody confirmed must not survive a boot. The guard's boot unit restores this file, or
 * removes it, before the network is up; this unit is ordered after the guard's, and its condition is
 * looked at only when it starts. So the host comes up with the rules it had before, or with none of
 * ours, although systemd had queued the unit already. Enabled for sysinit.target like nftables.service.
 */
export const unitText = `[Unit]
Description=valops: packet filter
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target nftables.service valops-guard-boot.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Conflicts=shutdown.target
ConditionPathExists=${rulesPath}

[Service]
Type=oneshot
RemainAfterExit=yes
StandardInput=null
ExecStart=/usr/sbin/nft -f ${rulesPath}
ExecReload=/usr/sbin/nft -f ${rulesPath}

[Install]
WantedBy=sysinit.target
`;
