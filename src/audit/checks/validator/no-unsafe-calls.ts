import { rpcCheck } from '../../rpc-check.ts';

export const noUnsafeCalls = rpcCheck({
  id: 'validator.no-unsafe-calls',
  title: 'the RPC offers no call that changes the node',
  why: 'With `unsafe = true` whoever reaches the RPC empties the mempool and chooses the peers of the validator.',
  severity: 'high',
  cadence: 'weekly',
  want: 'rpc.unsafe = false',
  source: 'CometBFT docs: config.toml, rpc.unsafe',
  remediation: 'In config.toml, [rpc]: unsafe = false; then: systemctl restart <UNIT>',
  evaluate: ({ unsafe }, { network }) => {
    if (network !== 'cometbft') return [{ status: 'skip', subject: 'rpc', evidence: 'only CometBFT has such calls' }];
    if (unsafe === null) return [{ status: 'unknown', subject: 'rpc', evidence: 'it does not list its calls' }];
    const running = unsafe ? 'dial_seeds or unsafe_flush_mempool is offered' : 'none is offered';
    return [{ status: unsafe ? 'fail' : 'pass', subject: 'rpc', expected: 'no unsafe call', running }];
  },
});
