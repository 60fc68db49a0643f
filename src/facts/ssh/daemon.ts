import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readWholeParts, refuseMissingTool, type Parts } from '../parts.ts';

/** An sshd that takes new connections. */
export interface RunningDaemon {
  readonly pid: number;
  /** The file it was started from is not there any more: it was replaced by an upgrade. */
  readonly deleted: boolean;
}

/** The SSH servers that run. */
export interface SshDaemons {
  readonly daemons: readonly RunningDaemon[];
  /** Other programs that serve SSH, by name: dropbear and the like. */
  readonly others: readonly string[];
}

/** Asks which SSH servers run, by the files their processes were started from (proc_pid_exe(5)). */
export const sshDaemon: Question<SshDaemons> = {
  id: 'ssh.daemon',
  family: 'ssh',
  title: 'SSH servers that run, and whether from the files on disk',
  script: () => `${partFunctions}
[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
servers() {
  /usr/bin/find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' \\( -lname '*/sshd' -o -lname '*/sshd (deleted)' -o \\
    -lname '*/dropbear*' -o -lname '*/tinysshd*' -o -lname '*/lshd*' \\) -printf '%p %l\\0' 2>/dev/null | tr '\\n\\0' '?\\n'
}
found=$(servers)
part servers printf '%s' "$found"
printf '%s\\n' "$found" | while read -r path _; do
  [ -n "$path" ] || continue
  pid=\${path#/proc/}
  pid=\${pid%/exe}
  part "parent $pid" sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status"
  part "uid $pid" sed -n 's/^Uid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "/proc/$pid/status"
  part "title $pid" head -c 200 "/proc/$pid/cmdline"
done
echo '=end 0'`,
  privileged: true,
  timeout: 10,
  parse: (answer) => {
    refuseMissingTool(answer);
    const parts = readWholeParts(answer.stdout);
    const servers = partOf(parts, 'servers')
      .text.split('\n')
      .flatMap((line) => {
        const found = /^\/proc\/(\d+)\/exe (.*)$/.exec(line);
        return found === null ? [] : [{ pid: Number(found[1]), exe: found[2] ?? '' }];
      });
    const isOther = (exe: string): boolean => /\/(dropbear|tinysshd|lshd)[^/]*$/.test(exe);
    const daemons = servers.flatMap(({ pid, exe }): readonly RunningDaemon[] => {
      // what anybody runs under this name is no daemon of the host; nor is what is left of a login when sshd was started anew
      if (isOther(exe) || !/\/sshd( \(deleted\))?$/.test(exe) || !isDaemon(parts, pid)) return [];
      // a child that serves one login is no daemon: its parent is another sshd
      const parent = Number(parts.get(`parent ${pid}`)?.text ?? 0);
      return servers.some((one) => one.pid === parent) ? [] : [{ pid, deleted: exe.endsWith(' (deleted)') }];
    });
    const others = servers.flatMap(({ exe }) => (isOther(exe) ? [exe.split('/').at(-1) ?? ''] : []));
    return { daemons, others: [...new Set(others)].toSorted() };
  },
};

/** By its user, and the title it gives itself: `sshd: /usr/sbin/sshd -D [listener]`, `sshd: ops [priv]`, `sshd: root@pts/0`. */
function isDaemon(parts: Parts, pid: number): boolean {
  const title = parts.get(`title ${pid}`)?.text ?? '';
  return (parts.get(`uid ${pid}`)?.text ?? '0') === '0' && !/^sshd: (?:\S+ \[|[^/\s]+@)/.test(title);
}
