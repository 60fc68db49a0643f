import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** The sshd that takes new connections. */
export interface RunningDaemon {
  readonly pid: number;
  /** Seconds since 1970, UTC, when it was started or last reloaded; null when that is not to be known. */
  readonly since: number | null;
  /** The file it was started from is not there any more: it was replaced by an upgrade. */
  readonly deleted: boolean;
}

/** Every sshd that listens, and since when it has its configuration. */
export interface SshDaemons {
  readonly daemons: readonly RunningDaemon[];
  /** Other programs that serve SSH, by name: dropbear and the like. */
  readonly others: readonly string[];
}

/** Asks which SSH servers run. The start of a process is the time of its directory in /proc, or of the last reload that systemd knows of. */
export const sshDaemon: Question<SshDaemons> = {
  id: 'ssh.daemon',
  family: 'ssh',
  title: 'SSH servers that run, and since when',
  script: () => `${partFunctions}
servers() {
  /usr/bin/find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' \\( -lname '*/sshd' -o -lname '*/sshd (deleted)' -o \\
    -lname '*/dropbear*' -o -lname '*/tinysshd*' -o -lname '*/lshd*' \\) -printf '%p %l\\n' 2>/dev/null
}
[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
part boot sed -n 's/^btime //p' /proc/stat
part ticks getconf CLK_TCK
found=$(servers)
part servers printf '%s' "$found"
printf '%s\\n' "$found" | while read -r path _; do
  [ -n "$path" ] || continue
  pid=\${path#/proc/}
  part "stat \${pid%/exe}" cat "/proc/\${pid%/exe}/stat"
done
if [ -d /run/systemd/system ]; then
  part unit systemctl show -p MainPID,StateChangeTimestamp,ExecMainStartTimestamp --timestamp=unix ssh.service
  part reload sh -c "journalctl -q --no-pager -o short-unix -b -n 1 -u ssh.service -g '^Reloaded ' 2>/dev/null"
fi
echo '=end 0'`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode === 127) throw new Error(stderr.trim());
    const parts = readParts(stdout);
    if (!parts.has('end')) throw new Error('the answer is not whole');
    const boot = Number(partOf(parts, 'boot').text);
    const ticks = Number(partOf(parts, 'ticks').text) || 100;
    const reload = Number(/^(\d+)\.\d+ /.exec(parts.get('reload')?.text ?? '')?.[1] ?? 0);
    const main = Number(/^MainPID=(\d+)$/m.exec(parts.get('unit')?.text ?? '')?.[1] ?? 0);
    const servers = partOf(parts, 'servers')
      .text.split('\n')
      .flatMap((line) => {
        const found = /^\/proc\/(\d+)\/exe (.*)$/.exec(line);
        return found === null ? [] : [{ pid: Number(found[1]), exe: found[2] ?? '' }];
      });
    const isOther = (exe: string): boolean => !/\/sshd( \(deleted\))?$/.test(exe);
    const daemons = servers.flatMap(({ pid, exe }): readonly RunningDaemon[] => {
      if (isOther(exe)) return [];
      const fields = (parts.get(`stat ${pid}`)?.text ?? '').replace(/^.*\) /s, '').split(' ');
      // a child that serves one login is no daemon: its parent is another sshd
      if (fields.length < 20 || servers.some((one) => one.pid === Number(fields[1]))) return [];
      const started = boot > 0 ? Math.round(boot + Number(fields[19]) / ticks) : null;
      const since = pid === main && started !== null ? Math.max(started, reload) : started;
      return [{ pid, since, deleted: exe.endsWith(' (deleted)') }];
    });
    return {
      daemons,
      others: [...new Set(servers.flatMap(({ exe }) => (isOther(exe) ? [exe.split('/').at(-1) ?? ''] : [])))],
    };
  },
};
