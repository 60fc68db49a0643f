import { dirname } from 'node:path/posix';
import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { defineCheck } from '../../check.ts';
import { plainKeysOf, restOfSearch } from '../../plain-keys-judged.ts';

const want = { want: 'in different directories, retired keys too', source: 'valops: backup create' };

export const noKeyBesideBackup = defineCheck({
  id: 'custody.no-key-beside-backup',
  title: 'no age key lies in one directory with what is sealed',
  why: 'Whoever copies that directory, a backup of the host included, has the identity: it is then sealed in name only.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Carry the sealed files to another machine or medium, and the retired keys offline.',
  needs: (policy) => ({ ...plainKeysOf(policy), catalogue: custodyCatalogueAt(policy.home) }),
  evaluate: ({ found, catalogue }, _policy, { name }) => {
    const copies = catalogue.copies.map(({ path }) => path);
    const own = found.keys.filter(({ kind }) => kind === 'age');
    return [
      ...own.map(({ path, beside }) => {
        const sealed = [
          ...beside,
          ...copies
            .filter((copy) => dirname(copy) === dirname(path))
            .map((copy) => copy.slice(dirname(copy).length + 1)),
        ];
        return {
          status: sealed.length > 0 ? ('fail' as const) : ('pass' as const),
          subject: path,
          expected: 'nothing sealed beside it',
          actual: sealed.length > 0 ? [...new Set(sealed)].slice(0, 5).join(', ') : 'alone',
          file: path,
        };
      }),
      ...restOfSearch(found, own.length, name, 'no age key in clear'),
    ];
  },
});
