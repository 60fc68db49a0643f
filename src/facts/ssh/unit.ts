import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { askForUnits, readUnits, type SystemdUnit } from '../systemd-units.ts';

export interface SshUnit {
  /** Units of sshd that systemd has; null where systemd does not run. */
  readonly units: readonly SystemdUnit[] | null;
  /** systemd owns the listening socket: `Port` and `ListenAddress` of sshd do not count by themselves. */
  readonly socketActivated: boolean;
  /**
   * A generator of Debian and Ubuntu derives the socket's addresses from sshd's configuration
   * (Ubuntu 22.10 and later): they count after `systemctl daemon-reload` and a restart of ssh.socket.
   */
  readonly socketGenerated: boolean;
  /** `SSHD_OPTS` of /etc/default/ssh. */
  readonly options: string;
  /** Command lines of the daemons that listen, in this network namespace; sorted. Without root none may be seen. */
  readonly listeners: readonly string[];
}

/** How sshd is started, and by whom its port is held. */
export const sshUnit: Question<SshUnit> = {
  id: 'ssh.unit',
  family: 'ssh',
  title: 'how sshd is started: service or socket, enabled, active',
  script: () => `${partFunctions}${askForUnits(['ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket'])}
options() {
  [ ! -r /etc/default/ssh ] || sed -n 's/^[[:space:]]*SSHD_OPTS=//p' /etc/default/ssh | tail -n 1 | tr -d "\\"'"
}
listeners() {
  own=$(readlink /proc/self/ns/net)
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" || continue
    case $name in sshd*) ;; *) continue ;; esac
    # a container's sshd is not ours
    [ "$(readlink "$process/ns/net")" = "$own" ] && tr '\\000' ' ' <"$process/cmdline" && echo
  done 2>/dev/null
}
part options options
part listeners listeners`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const units = readUnits(parts)?.filter(({ load }) => load !== 'not-found') ?? null;
    const socket = units?.find(({ name, active }) => /^sshd?\.socket$/.test(name) && active === 'active');
    return {
      units,
      socketActivated: socket !== undefined,
      socketGenerated: socket?.dropIns.some((path) => path.startsWith('/run/systemd/generator')) ?? false,
      options: partOf(parts, 'options').text,
      listeners: partOf(parts, 'listeners')
        .text.split('\n')
        .flatMap((line) => /^(?:sshd: )?(.*?) \[listener\]/.exec(line)?.[1] ?? [])
        .toSorted(),
    };
  },
};
