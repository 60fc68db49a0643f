/** By number, as in linux/capability.h. */
const names =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
    .split(' ')
    .map((name) => `cap_${name}`);

/** Capabilities with which a process reads any file, becomes any user or changes the kernel (capabilities(7)). */
export const rootLike: ReadonlySet<string> = new Set(
  'chown dac_override dac_read_search fowner setgid setuid setpcap sys_module sys_rawio sys_chroot sys_ptrace sys_admin mknod setfcap mac_override mac_admin checkpoint_restore'
    .split(' ')
    .map((name) => `cap_${name}`),
);

/** Names of the capabilities in a set of proc(5), 16 hexadecimal digits: `cap_net_raw`. */
export function capabilityNames(set: string): readonly string[] {
  const bits = BigInt(`0x${/^[0-9a-f]+$/i.test(set) ? set : '0'}`);
  return names.filter((_, index) => (bits >> BigInt(index)) & 1n);
}
