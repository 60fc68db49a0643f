/** Where the guard lives on a host. All paths absolute; only tests give others than `guardPlace`. */
export interface GuardPlace {
  /**
   * Directory of our state on the host, 0700: `guard/current`, and `guard.jsonl`. It may be the home of valops as
   * well: its `journal.jsonl` is a chain, and lines of a shell have no place in it.
   */
  readonly state: string;
  /** Emptied by every boot: a file here proves that the host was not booted since. */
  readonly run: string;
  /** Exists where systemd is the init; see sd_booted(3). */
  readonly systemd: string;
  readonly units: string;
  readonly cron: string;
  /** Whether a confirmation must come from a login which began after the change. */
  readonly newLogin: boolean;
}

export const guardPlace: GuardPlace = {
  state: '/var/lib/valops',
  run: '/run',
  systemd: '/run/systemd/system',
  units: '/etc/systemd/system',
  cron: '/etc/cron.d',
  newLogin: true,
};

/** Boot-time units: files are restored before the network and sshd start, everything once they run. */
export const bootUnit = 'valops-guard-boot.service';
export const bootFinishUnit = 'valops-guard-boot-finish.service';

/** Programs of guard and apply find only what root's own shell would. */
export const hostPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
