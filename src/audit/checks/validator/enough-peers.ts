import { rpcCheck } from '../../rpc-check.ts';

/** A validator behind sentries has few, and should have more than one. */
const least = 2;

export const enoughPeers = rpcCheck({
  id: 'validator.enough-peers',
  title: 'the validator has peers',
  why: 'With one peer or none, whoever holds that peer decides what the validator sees, and when.',
  severity: 'medium',
  cadence: 'weekly',
  want: `at least ${least}`,
  source: 'CometBFT docs: running in production, sentry nodes; agave docs: getClusterNodes',
  remediation: 'Does the firewall let its peers in and out? Then: persistent_peers, or --entrypoint, of two operators',
  evaluate: ({ peers }) => {
    if (peers === null) return [{ status: 'unknown', subject: 'peers', evidence: 'it does not tell its peers' }];
    return [
      {
        status: peers >= least ? 'pass' : 'fail',
        subject: 'peers',
        expected: `at least ${least}`,
        running: String(peers),
      },
    ];
  },
});
