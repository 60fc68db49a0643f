import { rpcCheck } from '../../rpc-check.ts';

export const caughtUp = rpcCheck({
  id: 'validator.caught-up',
  title: 'the validator is not catching up',
  why: 'A node that replays old blocks is not voting: it looks busy and misses every one.',
  severity: 'medium',
  cadence: 'weekly',
  want: 'catching_up false; not behind',
  source: 'CometBFT docs: /status, catching_up; agave docs: getHealth, "behind by"',
  remediation: 'Wait and look again; if it gets no nearer: disk and network, or a new snapshot',
  evaluate: ({ catchingUp, ill, heights }, { network }) => {
    const behind = network === 'solana' ? (ill === null ? false : /behind/i.test(ill) ? true : null) : catchingUp;
    if (behind === null) return [{ status: 'unknown', subject: 'height', evidence: ill ?? 'it does not tell' }];
    const running = `${behind ? 'behind' : 'up to date'}${heights === null ? '' : `, at ${heights[1] ?? heights[0]}`}`;
    return [
      {
        status: behind ? 'fail' : 'pass',
        subject: 'height',
        expected: 'up to date',
        running,
        ...(ill === null ? {} : { evidence: ill }),
      },
    ];
  },
});
