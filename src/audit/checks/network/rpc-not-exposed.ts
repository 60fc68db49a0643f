import { ofBoth } from '../../both-profiles.ts';
import { exposedCheck } from '../../exposed-check.ts';

export const rpcNotExposed = exposedCheck(
  {
    id: 'network.rpc-not-exposed',
    title: 'the RPC of a validator listens to nobody outside',
    why: 'An open RPC lets anybody load the validator until it misses its slots, and some calls change it.',
    severity: 'high',
    cadence: 'weekly',
    expectations: ofBoth(
      'loopback or a private address, unless declared public',
      'agave docs: --private-rpc, --rpc-bind-address; CometBFT docs: validators, sentry nodes',
    ),
    remediation:
      'Bind it: --rpc-bind-address 127.0.0.1, or laddr = "tcp://127.0.0.1:26657"; if it is meant: firewall.public in valops.yaml',
  },
  [
    [8899, 'the Solana RPC'],
    [8900, 'the Solana RPC, websocket'],
    [26_657, 'the CometBFT RPC'],
    [26_658, 'the CometBFT application (ABCI)'],
    [26_659, 'a CometBFT remote signer'],
    [1317, 'the Cosmos REST API'],
    [8545, 'an Ethereum RPC'],
    [8546, 'an Ethereum RPC, websocket'],
    [8551, 'an Ethereum engine API'],
    [8332, 'the Bitcoin RPC'],
    [9002, 'the Arch RPC'],
  ],
);
