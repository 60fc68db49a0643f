import { rpcCheck } from '../../rpc-check.ts';

export const rightChain = rpcCheck({
  id: 'validator.right-chain',
  title: 'the validator runs on the declared chain',
  why: 'A mainnet key on a test network, or the other way about, signs where it must not, and earns nothing where it should.',
  severity: 'critical',
  cadence: 'weekly',
  want: 'audit.rpc.genesis',
  source: 'agave docs: getGenesisHash, --expected-genesis-hash; CometBFT docs: /status, network',
  remediation:
    'Stop it before it signs: systemctl stop <UNIT>; then look at its --entrypoint and --expected-genesis-hash, or genesis.json',
  evaluate: ({ genesis }, rpc) => {
    if (rpc.genesis === undefined)
      return [
        {
          status: 'skip',
          subject: 'chain',
          evidence: 'valops.yaml declares no audit.rpc.genesis',
          ...(genesis.length === 0 ? {} : { running: genesis.join(', ') }),
        },
      ];
    if (genesis.length === 0)
      return [{ status: 'unknown', subject: 'chain', expected: rpc.genesis, evidence: 'it does not tell its chain' }];
    return [
      {
        status: genesis.includes(rpc.genesis) ? 'pass' : 'fail',
        subject: 'chain',
        expected: rpc.genesis,
        running: genesis.join(', '),
      },
    ];
  },
});
