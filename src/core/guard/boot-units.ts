import { bootFinishUnit, bootUnit, type GuardPlace } from './place.ts';

/**
 * Unit files that roll back an unconfirmed change when the host boots (systemd.unit(5)).
 *
 * The first restores files as soon as the disks are there, before any firewall, network manager or
 * sshd reads them. It runs no programs of the plan: most would wait for units that wait for it. The
 * second runs the whole undo once those services are up. Both are pulled in again whenever any
 * service is started, hence the guard itself looks whether there was a boot.
 */
export function bootUnits(place: GuardPlace): readonly { readonly name: string; readonly text: string }[] {
  const program = `${place.state}/guard/current/guard.sh`;
  const services = 'nftables.service ufw.service netfilter-persistent.service ssh.service sshd.service ssh.socket';
  return [
    {
      name: bootUnit,
      text: `[Unit]
Description=valops: restore files of an unconfirmed change
DefaultDependencies=no
RequiresMountsFor=${place.state}
After=local-fs.target
Wants=network-pre.target
Before=sysinit.target network-pre.target systemd-networkd.service networking.service ${services} shutdown.target
Conflicts=shutdown.target
ConditionPathExists=${program}

[Service]
Type=oneshot
ExecStart=/bin/sh ${program} boot
TimeoutStartSec=180
KillMode=process

[Install]
WantedBy=sysinit.target
`,
    },
    {
      name: bootFinishUnit,
      text: `[Unit]
Description=valops: roll back an unconfirmed change
RequiresMountsFor=${place.state}
After=${bootUnit} network.target ${services}
ConditionPathExists=${program}

[Service]
Type=oneshot
ExecStart=/bin/sh ${program} boot-finish
TimeoutStartSec=900
KillMode=process

[Install]
WantedBy=multi-user.target
`,
    },
  ];
}
