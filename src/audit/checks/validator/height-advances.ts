import { rpcCheck } from '../../rpc-check.ts';

/** Seconds since the latest block of a chain that makes one every few seconds. */
const most = 60;

export const heightAdvances = rpcCheck({
  id: 'validator.height-advances',
  title: 'the validator sees new blocks',
  why: 'A validator whose height stands still signs nothing, whatever its process and its health say.',
  severity: 'high',
  cadence: 'weekly',
  want: `a higher slot after two seconds; a latest block of at most ${most} s`,
  source: 'agave docs: getSlot; CometBFT docs: /status, latest_block_time',
  remediation: 'journalctl -u <UNIT> -n 200; compare with the chain: <EXPLORER>; does the whole chain stand still?',
  evaluate: ({ heights, age }) => {
    if (heights === null) return [{ status: 'unknown', subject: 'height', evidence: 'it tells no height' }];
    const [first, second] = heights;
    if (second !== null)
      return [
        {
          status: second > first ? 'pass' : 'fail',
          subject: 'height',
          expected: `above ${first} two seconds later`,
          running: String(second),
        },
      ];
    if (age === null)
      return [
        {
          status: 'unknown',
          subject: 'height',
          running: String(first),
          evidence: 'it tells one height, and no time of it',
        },
      ];
    return [
      {
        status: age <= most ? 'pass' : 'fail',
        subject: 'height',
        expected: `a block of at most ${most} s`,
        running: `${first}, of ${age} s ago`,
      },
    ];
  },
});
