import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { towerUpTo } from './tower.ts';
import { valops, type Ran } from './valops.ts';

/** A validator host: its home, its configuration, and what is deployed on it. */
export interface CustodyHost {
  readonly directory: string;
  readonly home: string;
  readonly config: string;
  /** Home directory of the CometBFT validator. */
  readonly comet: string;
  /** Solana keypair file; its tower lies beside it. */
  readonly solana: string;
  readonly key: string;
}

/** Hosts, keys and media of one small operation, below one directory. */
export interface Custody {
  readonly directory: string;
  readonly host: CustodyHost;
  readonly offlineKey: string;
  readonly escrowKey: string;
  /** Files of the five shares (any three recover), and the key of each trustee. */
  readonly shares: readonly string[];
  readonly trustees: readonly string[];
  readonly media: readonly [string, string];
  readonly ids: { readonly cometbft: string; readonly solana: string };
}

/** What `custody` declares below `drill:`. */
const classes = 'classes: [host, offline, escrow]';

/** Three recipient classes, 3-of-5 escrow, two identities made, deployed, and at work for a while. */
export async function makeCustody(directory: string): Promise<Custody> {
  const homeOf = (name: string): string => {
    mkdirSync(join(directory, name), { mode: 0o700, recursive: true });
    return join(directory, name);
  };
  const keyOf = async (name: string): Promise<{ readonly key: string; readonly recipient: string }> => {
    const home = homeOf(name);
    const { recipient } = (await done(['keys', 'init', '--json'], home)).json();
    return { key: join(home, 'age', 'host-identity.key'), recipient: String(recipient) };
  };
  const hostDirectory = homeOf('host-a');
  const home = homeOf('host-a/valops');
  const [own, offline, escrow] = [await keyOf('host-a/valops'), await keyOf('offline'), await keyOf('escrow')];
  const names = ['ann', 'bob', 'cy', 'dee', 'eve'];
  const trustees = await Promise.all(names.map((name) => keyOf(`trustees/${name}`)));
  const shareDirectory = join(directory, 'shares');
  await done(
    [
      ...['keys', 'escrow', 'split', '-i', escrow.key, '--threshold', '3', '--out', shareDirectory],
      ...names.flatMap((name, at) => ['--trustee', `${name}=${trustees[at]?.recipient ?? ''}`]),
    ],
    homeOf('escrow'),
  );
  const made: Record<string, string> = {};
  const stick = homeOf('stick');
  for (const kind of ['cometbft', 'solana']) {
    const at = (extension: string): string => join(stick, `${kind}.${extension}`);
    const ran = await done(
      [
        ...['identity', 'generate', '--kind', kind, '--unsafe-online', '-r', own.recipient, '-r', offline.recipient],
        ...['--out', at('age'), '--card', at('json'), '--json'],
      ],
      homeOf('offline'),
    );
    const [{ identity }] = ran.json()['identities'] as [{ identity: { publicId: string } }];
    made[kind] = identity.publicId;
  }
  const host: CustodyHost = {
    directory: hostDirectory,
    home,
    config: join(hostDirectory, 'valops.yaml'),
    comet: join(hostDirectory, 'comet'),
    solana: join(hostDirectory, 'solana', 'validator-keypair.json'),
    key: own.key,
  };
  for (const [kind, to] of [
    ['cometbft', host.comet],
    ['solana', host.solana],
  ] as const) {
    const card = join(stick, `${kind}.json`);
    await done(
      ['identity', 'restore', join(stick, `${kind}.age`), '--card', card, '-i', own.key, '--to', to, '--yes'],
      home,
    );
  }
  const ids = { cometbft: made['cometbft'] ?? '', solana: made['solana'] ?? '' };
  sign(host.comet, 1200);
  vote(host.solana, towerOf(host.solana, ids.solana), 4000n);
  mkdirSync(join(hostDirectory, 'etc'));
  writeFileSync(join(hostDirectory, 'etc', 'validator.conf'), 'rpc = 127.0.0.1:9002\n', { mode: 0o640 });
  const media: [string, string] = [homeOf('media-one'), homeOf('media-two')];
  writeFileSync(
    host.config,
    `backup:
  identities:
    - { kind: cometbft, place: ${host.comet}, card: ${join(stick, 'cometbft.json')}, sealed: ${join(stick, 'cometbft.age')} }
    - { kind: solana, place: ${host.solana}, card: ${join(stick, 'solana.json')} }
  include: [${join(hostDirectory, 'etc')}]
  recipients: { host: [${own.recipient}], offline: [${offline.recipient}], escrow: [${escrow.recipient}] }
  to: [${media.join(', ')}]
  drill: { ${classes}, every: 35d }
`,
  );
  return {
    directory,
    host,
    offlineKey: offline.key,
    escrowKey: escrow.key,
    shares: readdirSync(shareDirectory)
      .filter((name) => name.endsWith('.age'))
      .map((name) => join(shareDirectory, name)),
    trustees: trustees.map(({ key }) => key),
    media,
    ids,
  };
}

/** Runs a command that must succeed. */
export async function done(args: readonly string[], home: string): Promise<Ran> {
  const ran = await valops(args, { home });
  expect([ran.status, ran.stderr]).toEqual([0, ran.stderr]);
  return ran;
}

/** Backs the host up; answers the paths of the copies. */
export async function backUp({ host }: Custody): Promise<readonly string[]> {
  const ran = await done(['backup', 'create', '--config', host.config, '--json'], host.home);
  return ran.json()['written'] as readonly string[];
}

/** Moves the last-sign state of a CometBFT validator to a height, as its signing does. */
export function sign(comet: string, height: number): void {
  const state = { height: String(height), round: 0, step: 3, signature: 'c2lnbmVk', signbytes: 'AA' };
  writeFileSync(stateOf(comet), JSON.stringify(state, undefined, 2), { mode: 0o600 });
}

/** The last-sign state of a CometBFT validator. */
export function stateOf(comet: string): string {
  return join(comet, 'data', 'priv_validator_state.json');
}

/** Writes the tower that the validator of a keypair saves after its vote for a slot. */
export function vote(keypair: string, tower: string, slot: bigint): void {
  const seed = Uint8Array.from(JSON.parse(readFileSync(keypair, 'utf8')) as number[]).subarray(0, 32);
  writeFileSync(tower, towerUpTo(seed, slot), { mode: 0o600 });
}

/** The tower of a Solana validator, beside its keypair. */
export function towerOf(keypair: string, publicId: string): string {
  return join(keypair, '..', `tower-1_9-${publicId}.bin`);
}
