/** What an effective value may be, and what is written when it is something else. */
export type Wanted =
  /** One of several words; `write` is the best of them. */
  | { readonly kind: 'word'; readonly write: string; readonly accept: readonly string[] }
  /** A whole number (seconds, where the directive is a time) between both bounds. */
  | { readonly kind: 'number'; readonly write: number; readonly least: number; readonly most: number }
  /** Three numbers `start:rate:full` (MaxStartups), none above. */
  | { readonly kind: 'startups'; readonly most: readonly [number, number, number] }
  /** Nothing but these names, best first. Written are those which the host's OpenSSH knows. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Anything but these words. */
  | { readonly kind: 'not'; readonly write: string; readonly not: readonly string[] }
  /** All of these values and no other, from all lines that add to the directive. */
  | { readonly kind: 'set'; readonly values: readonly string[] }
  /** At least one line of one of these directives; it cannot be written for the operator. */
  | { readonly kind: 'any-of'; readonly directives: readonly string[] };

/** One value of a policy, with its reason and its sources. */
export interface SshSetting {
  /** As sshd_config(5) spells it. */
  readonly directive: string;
  readonly wanted: Wanted;
  /** Why, in one sentence for people. */
  readonly reason: string;
  /** Where the value comes from, for example `CIS Ubuntu 24.04 5.1.20`, `sshd_config(5)`. */
  readonly sources: readonly string[];
  /** First OpenSSH version that knows the directive; all there is to harden when left out. */
  readonly since?: readonly [major: number, minor: number];
}

/** A named set of values: one file in `profiles/`. */
export interface SshProfile {
  readonly name: string;
  /** One line for help and documents. */
  readonly title: string;
  readonly settings: readonly SshSetting[];
  /** Least size in bits of an RSA host key. */
  readonly rsaBits: number;
  /** Least size in bits of the groups in moduli(5). */
  readonly moduliBits: number;
  /** Key types of users that are called weak, besides DSA and RSA below `rsaBits`. */
  readonly weakUserKeys: readonly string[];
}
