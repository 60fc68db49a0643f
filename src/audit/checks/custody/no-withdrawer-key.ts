import { defineCheck } from '../../check.ts';
import { plainKeysOf, restOfSearch } from '../../plain-keys-judged.ts';

const want = { want: 'on no validator host', source: 'agave docs: vote account management, authorized withdrawer' };

export const noWithdrawerKey = defineCheck({
  id: 'custody.no-withdrawer-key',
  title: 'the key that withdraws from the vote account is not on the host',
  why: 'The identity can be replaced by the withdrawer, the withdrawer by nobody: with it on the host, a break-in takes the account and its funds.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Move it to offline storage, authorise a new withdrawer from there, then: shred -u <FILE>',
  needs: plainKeysOf,
  evaluate: ({ found }, _policy, { name }) => {
    const withdrawers = found.keys.filter(({ kind, path }) => kind === 'solana' && /withdraw[^/]*$/i.test(path));
    return [
      ...withdrawers.map(({ path, mode, owner }) => ({
        status: 'fail' as const,
        subject: path,
        expected: 'on another machine',
        actual: `a Solana keypair, ${owner} ${mode}`,
        file: path,
      })),
      ...restOfSearch(found, withdrawers.length, name, 'no keypair is called one'),
    ];
  },
});
