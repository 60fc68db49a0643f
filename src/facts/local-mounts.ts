/**
 * Shell function that prints the mount points of file systems kept on this machine, one a line,
 * those of containers left out. `local_mounts suid`: only those on which setuid bits count, and in
 * memory as well. They are those of process 1: an audit by a timer runs in a sandbox with mounts of its own.
 */
export const localMountsFunction = `local_mounts() {
  awk -v suid="$1" '{
    for (i = 7; $i != "-"; i++) ;
    if ($(i + 1) !~ /^(ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|jfs|overlay)$/ && (suid == "" || $(i + 1) !~ /^(tmpfs|ramfs)$/)) next
    if (suid != "" && ("," $6 ",") ~ /,nosuid,/) next
    if ($5 ~ /^\\/(proc|sys)\\// || $5 ~ /^\\/var\\/lib\\/(docker|containerd|containers|lxc|lxd|incus|machines)\\//) next
    if (!seen[$5]++) print $5
  }' /proc/1/mountinfo | while IFS= read -r mount; do printf '%b\\n' "$mount"; done
}
`;

/** Tests of find that leave out the file systems of containers: their own root is not this host's. */
export const withoutContainers = `\\( ${['docker', 'containerd', 'containers', 'lxc', 'lxd', 'incus', 'machines']
  .map((name) => `-path /var/lib/${name}`)
  .join(' -o ')} \\) -prune -o`;

/** Shell lines that put the mount points into `$@`; ends the question where there is none. */
export const mountsAsArguments = (which: 'suid' | ''): string => `${localMountsFunction}
mounts=$(local_mounts ${which})
set --
while IFS= read -r mount; do [ -z "$mount" ] || set -- "$@" "$mount"; done <<MOUNTS
$mounts
MOUNTS
if [ $# = 0 ] || [ ! -x /usr/bin/find ]; then echo 'no mounted file system was found, or no find' >&2; exit 127; fi
`;
