import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.ts';
import { valops } from './valops.ts';

/** Three operators' homes with an age key each. */
export interface Homes {
  readonly directory: string;
  readonly homes: readonly [string, string, string];
  readonly keys: readonly [string, string, string];
  readonly recipients: readonly [string, string, string];
}

/** A fresh `VALOPS_HOME` (0700) that is removed when the running test ends. */
export function makeHome(): string {
  const home = join(temporaryDirectory(), 'home');
  mkdirSync(home, { mode: 0o700 });
  return home;
}

/** `keys init` in three homes, in a directory that is removed when the running test ends. */
export function makeHomes(): Promise<Homes> {
  return makeHomesIn(temporaryDirectory());
}

/** `keys init` in three homes below a directory. */
export async function makeHomesIn(directory: string): Promise<Homes> {
  const made = await Promise.all(
    ['one', 'two', 'three'].map(async (name) => {
      const home = join(directory, name);
      mkdirSync(home, { mode: 0o700 });
      const { recipient } = (await valops(['keys', 'init', '--json'], { home })).json();
      return { home, key: join(home, 'age', 'host-identity.key'), recipient: String(recipient) };
    }),
  );
  const [one, two, three] = made;
  if (one === undefined || two === undefined || three === undefined) throw new Error('three homes were expected');
  return {
    directory,
    homes: [one.home, two.home, three.home],
    keys: [one.key, two.key, three.key],
    recipients: [one.recipient, two.recipient, three.recipient],
  };
}
