import type { Duplex } from 'node:stream';
import type { HostLogin } from './fact.ts';

/** One script, run in one round trip. */
export interface HostRequest {
  /**
   * POSIX sh source; it is sent on standard input, never as an argument. None of it runs before
   * all of it arrived; its own standard input is at its end.
   */
  readonly script: string;
  /**
   * `root`: as root, directly or by `sudo -n`; HOST_NOT_ROOT when neither is possible.
   * `prefer-root`: the same, else as the login user. `user`: as the login user.
   */
  readonly as: 'root' | 'prefer-root' | 'user';
  /** Milliseconds from sending to the exit status; HOST_TIMEOUT afterwards. */
  readonly timeout: number;
}

export interface HostResult {
  /** Exit status of the script; null when a signal ended it. */
  readonly exitCode: number | null;
  /** At most 32 MiB. */
  readonly stdout: Uint8Array;
  /** At most 64 KiB, its end. */
  readonly stderr: Uint8Array;
}

/** Something on a host that takes connections: a TCP port of its loopback, or a Unix socket. */
export type HostPlace = { readonly address: string; readonly port: number } | { readonly socket: string };

/** Streams to a place of a host. */
export interface HostWay {
  readonly open: () => Promise<Duplex>;
  /** How many at once at most. */
  readonly most: number;
}

/**
 * A machine that scripts are run on. Implementations: this machine, SSH by ssh2, SSH by the
 * installed OpenSSH client, and the fake of the tests; one contract suite runs on all of them.
 *
 * Every method throws only ValopsError: HOST_UNREACHABLE, HOST_TIMEOUT (both name host and protocol
 * step), HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_AUTH_FAILED, HOST_NOT_ROOT, HOST_CONNECTION_LOST.
 */
export interface Host {
  /** As in the inventory, or `user@address:port`; `this machine` for the local one. */
  readonly name: string;
  readonly kind: 'local' | 'ssh';
  readonly login: HostLogin;
  run(request: HostRequest): Promise<HostResult>;
  /**
   * A new connection to the same host with a new authentication by the same key and user: the
   * proof that one can still log in. Null where there is nothing to connect to (this machine
   * without `--ssh-key`). `to.port` when its sshd listens elsewhere by now.
   */
  reconnect(to?: { readonly port?: number }): Promise<Host> | null;
  /**
   * Logs in to an sshd on the host's own loopback, through this connection, with the same user, key
   * and known host keys, and closes again. False when the host offers no way to its loopback. Left
   * out where there is no connection to go through.
   */
  loginThrough?(port: number): Promise<boolean>;
  /**
   * The way to something that listens on the host itself, through this connection; null when its sshd offers none.
   * Left out where there is no connection to go through, or its program offers none.
   */
  wayTo?(place: HostPlace): Promise<HostWay | null>;
  /** Ends the connection. Safe to call twice; never throws. */
  close(): Promise<void>;
}
