import { ValopsError } from '../lib/errors.ts';
import type { Kind, KindOptions, KindSummary } from './kind.ts';

/** Every kind, in the order in which they are listed. Adding one: a file in `kinds/`, a line here and its loader. */
export const kindSummaries: readonly KindSummary[] = [
  {
    id: 'libp2p-secp256k1',
    title: 'libp2p peer with a secp256k1 key (Arch Network)',
    publicIdForm: '16Uiu2…',
    payload: 'secret as 64 lowercase hex digits, no newline',
    options: [],
  },
  {
    id: 'libp2p-ed25519',
    title: 'libp2p peer with an ed25519 key',
    publicIdForm: '12D3Koo…',
    payload: 'secret as 64 lowercase hex digits, no newline',
    options: [],
  },
  {
    id: 'solana',
    title: 'Solana keypair',
    publicIdForm: 'base58 of the public key',
    payload: 'JSON array of 64 numbers, as solana-keygen writes it',
    options: [
      { flags: '--words <COUNT>', description: 'derive it from COUNT new BIP39 words (12, 15, 18, 21 or 24)' },
      { flags: '--words-out <FILE>', description: 'seal these words to the same recipients in FILE' },
      { flags: '--words-fd <N>', description: 'derive it from the words read from descriptor N instead' },
      {
        flags: '--derivation-path <PATH>',
        description: "BIP44 path as of solana-keygen, for example m/44'/501'/0'/0'",
      },
    ],
  },
  {
    id: 'cometbft',
    title: 'CometBFT validator key and node key',
    publicIdForm: 'validator address, 40 uppercase hex digits',
    payload: 'tar of config/priv_validator_key.json, config/node_key.json, data/priv_validator_state.json',
    options: [],
  },
  {
    id: 'command',
    title: "a validator's own generator",
    publicIdForm: 'as printed by the generator',
    payload: 'the secret as captured from its output',
    options: [
      { flags: '--generator <ARGV>', description: 'program and arguments; {dir} is a memory-backed data directory' },
      { flags: '--secret-pattern <REGEX>', description: 'its first group captures the secret in the output' },
      { flags: '--public-pattern <REGEX>', description: 'its first group captures the public id in the output' },
    ],
  },
];

const loaders: Readonly<Record<string, () => Promise<Kind>>> = {
  'libp2p-secp256k1': async () => (await import('./kinds/libp2p-secp256k1.ts')).libp2pSecp256k1,
  'libp2p-ed25519': async () => (await import('./kinds/libp2p-ed25519.ts')).libp2pEd25519,
  solana: async () => (await import('./kinds/solana.ts')).solana,
  cometbft: async () => (await import('./kinds/cometbft.ts')).cometbft,
  command: async () => (await import('./kinds/command.ts')).command,
};

/** Loads one kind. Throws USAGE, naming the kinds there are. */
export async function loadKind(id: string): Promise<Kind> {
  const load = Object.hasOwn(loaders, id) ? loaders[id] : undefined;
  if (load === undefined) {
    throw new ValopsError('USAGE', `unknown kind of identity "${id}"`, {
      hint: `Use one of: ${kindSummaries.map((kind) => kind.id).join(', ')}.`,
    });
  }
  return load();
}

/**
 * Options of the kinds by camel-cased name, as commander names them. Those which the chosen kind
 * does not have must not be given: to ignore `--words-out` would lose words.
 */
export function optionNames(kind: KindSummary): readonly string[] {
  return kind.options.map(({ flags }) =>
    flags.replace(/^--([a-z-]+).*$/, '$1').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** Throws USAGE for an option that belongs to other kinds. */
export function checkKindOptions(id: string, given: KindOptions): void {
  const own = kindSummaries.find((kind) => kind.id === id);
  if (own === undefined) return;
  const foreign = Object.keys(given).find((name) => given[name] !== undefined && !optionNames(own).includes(name));
  if (foreign === undefined) return;
  const flag = `--${foreign.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const kinds = kindSummaries.filter((kind) => optionNames(kind).includes(foreign)).map((kind) => kind.id);
  throw new ValopsError('USAGE', `${flag} means nothing to identities of kind "${id}"`, {
    hint: `Leave it out, or use --kind ${kinds.join(' or ')}.`,
  });
}
