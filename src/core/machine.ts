import type { Fact } from './fact.ts';

export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly internal: boolean;
}

/** One line of the kernel's routing tables. */
export interface Route {
  readonly family: 4 | 6;
  readonly interface: string;
  /** Destination in CIDR form, for example `0.0.0.0/0`. */
  readonly destination: string;
}

/** Read-only questions to the machine the key ceremony runs on. */
export interface Machine {
  hostname(): string;
  /** Login name of the user this process acts for (`SUDO_USER` aside). */
  user(): string;
  /** Addresses of interfaces which are up. */
  interfaces(): Fact<readonly Interface[]>;
  /** Routes that could carry a packet off this machine. */
  routes(): Fact<readonly Route[]>;
  /** Names of active swap areas. */
  swap(): Fact<readonly string[]>;
  /** Whether a crash of this process could write its memory somewhere. */
  coreDumps(): Fact<boolean>;
  /** Resolves `USER[:GROUP]`; throws USAGE for an unknown name. */
  resolveOwner(owner: string): { readonly uid: number; readonly gid: number };
}
