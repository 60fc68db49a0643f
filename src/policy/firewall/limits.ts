/** How often something may happen: a token bucket. */
export interface Limit {
  readonly rate: number;
  readonly per: 'second' | 'minute';
  readonly burst: number;
}

/** Echo requests of all sources together. Beyond them they are dropped. */
export const echoLimit: Limit = { rate: 10, per: 'second', burst: 20 };

/**
 * New SSH connections of each source address in a management network. One is let in again every two
 * seconds, so that nobody is shut out, and a tool that connects a few times in a row never notices.
 * Management addresses that are declared singly are not limited at all: somebody who forges them
 * could use up their bucket otherwise.
 */
export const sshLimit: Limit = { rate: 30, per: 'minute', burst: 60 };
