/** Something about a host: known, or unknown with the reason. Unknown is never a pass. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

export type FactFamily =
  | 'system'
  | 'ssh'
  | 'login'
  | 'firewall'
  | 'listening'
  | 'accounts'
  | 'custody'
  | 'binaries'
  | 'services'
  | 'kernel'
  | 'filesystem'
  | 'packages'
  | 'time'
  | 'logs'
  | 'network'
  | 'validator'
  | 'persistence'
  | 'workload'
  /** HTTP services that are declared, and what they leave on storage. */
  | 'service'
  /** Programs an operator declared in `valops.yaml`. */
  | 'own';

/** What a host answered to one question. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  /** At most 4 KiB. */
  readonly stderr: string;
}

/**
 * A read-only question to a host and the pure reading of its answer. One file in `facts/` each,
 * the id equals family and file name (`ssh.effective` in `facts/ssh/effective.ts`).
 */
export interface Question<T> {
  readonly id: `${FactFamily}.${string}`;
  readonly family: FactFamily;
  /** One line for `valops facts --help` and documents. */
  readonly title: string;
  /**
   * POSIX sh fragment that changes nothing and prints the answer on standard output. It runs in a
   * subshell with `LC_ALL=C`, standard input closed, and only tools of a stock Debian or Ubuntu;
   * what may be missing is looked for with `command -v`.
   */
  readonly script: (login: HostLogin) => string;
  /** Whether it means something only as root. Without root the fact is unknown, and says so. */
  readonly privileged: boolean;
  /** Seconds after which it counts as hanging. */
  readonly timeout: number;
  /**
   * Reads the answer into JSON data. Throws an Error whose message is the reason when the answer
   * does not tell: the fact is then unknown.
   */
  readonly parse: (answer: Answer) => T;
}

/** The login by which a host is reached, as far as it is known. */
export interface HostLogin {
  readonly user: string;
  /** Address the host sees us come from; undefined on this machine. */
  readonly from: string | undefined;
  /** Address and port of the host's sshd that this login went through. */
  readonly to: { readonly address: string; readonly port: number } | undefined;
  /** `SHA256:…` of the user key that authenticated this login, where the transport knows it. */
  readonly keyFingerprint: string | undefined;
}

/** All facts of one host at one moment: data that can be saved, carried off and judged elsewhere. */
export interface Snapshot {
  readonly name: string;
  /** RFC 3339, UTC. */
  readonly gatheredAt: string;
  readonly roundTrips: number;
  readonly login: HostLogin;
  readonly facts: Readonly<Record<string, Fact<unknown>>>;
}
