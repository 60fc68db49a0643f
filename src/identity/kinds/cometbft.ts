import { bytesToHex } from '@noble/hashes/utils.js';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import type { CometbftKey } from '../cometbft-files.ts';
import {
  checkPristineState,
  cometbftKey,
  parseNodeKey,
  parseValidatorKey,
  pristineState,
  renderNodeKey,
  renderValidatorKey,
} from '../cometbft-files.ts';
import type { Kind, PublicIdentity } from '../kind.ts';
import { packUstar, unpackUstar } from '../ustar.ts';

const validatorPath = 'config/priv_validator_key.json';
const nodePath = 'config/node_key.json';
const statePath = 'data/priv_validator_state.json';
const paths = [validatorPath, nodePath, statePath] as const;

/**
 * A CometBFT validator: consensus key, node key and the state of a validator that never signed.
 * Public id: the validator address; `extra.nodeId` is the address of the node key.
 */
export const cometbft: Kind = {
  id: 'cometbft',
  payload: `tar of ${paths.join(', ')}`,
  target: 'directory',
  async generate(context) {
    const validator = cometbftKey(context.randomBytes(32));
    const node = cometbftKey(context.randomBytes(32));
    const files = [renderValidatorKey(validator), renderNodeKey(node)] as const;
    try {
      return { payload: new Secret(pack(...files)), identity: identify(validator, node) };
    } finally {
      for (const bytes of [...files, validator.seed, node.seed]) bytes.fill(0);
    }
  },
  derive,
  place(payload) {
    derive(payload);
    const files = unpack(payload);
    return paths.map((path) => ({
      path,
      bytes: new Secret(files[path]),
      mode: 0o600,
      existing: path === statePath ? 'keep' : 'compare',
    }));
  },
  /**
   * The two key files as they are on the target, with the state of a new validator: the state of a
   * validator at work differs by design, and is no part of its identity. A missing key file counts
   * as an empty one, so that half an identity equals no payload.
   */
  collect(read) {
    const validator = read(validatorPath);
    const node = read(nodePath);
    if (validator === null && node === null) return null;
    return new Secret(pack(validator ?? new Uint8Array(), node ?? new Uint8Array()));
  },
  state: () => [statePath],
};

function derive(payload: Uint8Array): PublicIdentity {
  const files = unpack(payload);
  const keys: CometbftKey[] = [];
  try {
    const validator = parseValidatorKey(validatorPath, files[validatorPath]);
    keys.push(validator);
    const node = parseNodeKey(nodePath, files[nodePath]);
    keys.push(node);
    checkPristineState(statePath, files[statePath]);
    return identify(validator, node);
  } finally {
    for (const bytes of [...Object.values(files), ...keys.map((key) => key.seed)]) bytes.fill(0);
  }
}

function pack(validator: Uint8Array, node: Uint8Array): Uint8Array {
  return packUstar([
    { path: validatorPath, bytes: validator },
    { path: nodePath, bytes: node },
    { path: statePath, bytes: pristineState },
  ]);
}

function unpack(payload: Uint8Array): Record<(typeof paths)[number], Uint8Array> {
  const members = new Map(unpackUstar(payload, paths).map(({ path, bytes }) => [path, bytes]));
  const need = (path: string): Uint8Array => {
    const bytes = members.get(path);
    if (bytes !== undefined) return bytes;
    throw new ValopsError('IDENTITY_PAYLOAD_INVALID', `the archive lacks "${path}"`, {
      hint: 'Check that the payload belongs to the kind "cometbft".',
    });
  };
  return { [validatorPath]: need(validatorPath), [nodePath]: need(nodePath), [statePath]: need(statePath) };
}

function identify(validator: CometbftKey, node: CometbftKey): PublicIdentity {
  return {
    publicId: bytesToHex(validator.address).toUpperCase(),
    publicKey: bytesToHex(validator.publicKey),
    extra: { nodeId: bytesToHex(node.address) },
  };
}
