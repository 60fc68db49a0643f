import { rpcCheck } from '../../rpc-check.ts';

export const rpcHealthy = rpcCheck({
  id: 'validator.rpc-healthy',
  title: 'the validator answers, and calls itself well',
  why: 'A process that runs is no validator that works: one that hangs, or fell behind, earns nothing and may be slashed for it.',
  severity: 'high',
  cadence: 'weekly',
  want: 'answers; getHealth "ok"',
  source: 'agave docs: getHealth; CometBFT docs: /status',
  remediation: 'systemctl status <UNIT>; journalctl -u <UNIT> -n 100; is audit.rpc of valops.yaml its address?',
  silent: (problem) => ({ status: 'fail', subject: 'rpc', expected: 'an answer', running: 'none', evidence: problem }),
  evaluate: ({ ill, version }) => [
    {
      status: ill === null ? 'pass' : 'fail',
      subject: 'rpc',
      expected: 'well',
      running: ill ?? 'well',
      ...(version === null ? {} : { evidence: `version ${version}` }),
    },
  ],
});
