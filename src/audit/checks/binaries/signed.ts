import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { defineCheck } from '../../check.ts';
import { readReleases } from '../../releases-read.ts';

const want = {
  want: 'as many trusted signers as its declaration demands, one at least',
  source: 'valops: sync verify',
};

export const signed = defineCheck({
  id: 'binaries.signed',
  title: 'active releases were proven by a signature when they were installed',
  why: 'A digest alone says that the bytes are those somebody once fetched, not who made them.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Declare how its publisher signs (binaries.<NAME>.verify in valops.yaml), then: valops sync pin <NAME>; valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    return read.map(({ name, record, link }) => {
      if (typeof record === 'string') return { status: 'unknown', subject: name, evidence: record };
      const signers = record.verified.flatMap((one) => one.signers);
      return {
        status: signers.length > 0 ? 'pass' : 'fail',
        subject: name,
        expected: 'a trusted signer',
        actual:
          record.verified.map((one) => `${one.type}: ${one.signers.join(', ') || 'no signer'}`).join('; ') ||
          'a pin alone',
        file: `${link.path}/release.json`,
      };
    });
  },
});
