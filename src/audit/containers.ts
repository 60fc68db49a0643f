import type { Init } from '../facts/system/init.ts';

/** What systemd-detect-virt(1) calls containers: their kernel and clock are those of the machine below. */
const containers = [
  'lxc',
  'lxc-libvirt',
  'docker',
  'podman',
  'systemd-nspawn',
  'openvz',
  'rkt',
  'wsl',
  'proot',
  'pouch',
  'container-other',
];

/** The kind of container the host is, for example `lxc`; undefined where it has a kernel of its own. */
export function containerOf({ virtualisation }: Pick<Init, 'virtualisation'>): string | undefined {
  return virtualisation !== null && containers.includes(virtualisation) ? virtualisation : undefined;
}
