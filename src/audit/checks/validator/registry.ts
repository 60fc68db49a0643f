import type { Check } from '../../check.ts';
import { caughtUp } from './caught-up.ts';
import { enoughPeers } from './enough-peers.ts';
import { heightAdvances } from './height-advances.ts';
import { noUnsafeCalls } from './no-unsafe-calls.ts';
import { oneIdentityOneHost } from './one-identity-one-host.ts';
import { rightChain } from './right-chain.ts';
import { rpcHealthy } from './rpc-healthy.ts';

export const validatorChecks: readonly Check[] = [
  caughtUp,
  enoughPeers,
  heightAdvances,
  noUnsafeCalls,
  oneIdentityOneHost,
  rightChain,
  rpcHealthy,
];
