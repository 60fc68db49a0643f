import { binariesDigestsAt } from '../../../facts/binaries/digests.ts';
import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { readReleases } from '../../releases-read.ts';

const want = { want: 'the SHA-256 of valops.lock, else of its record', source: 'valops: sync verify' };

export const bytes = defineCheck({
  id: 'binaries.bytes',
  title: 'every byte of the active releases is the pinned one',
  why: 'Size and time can be kept while the program is changed: only its digest tells.',
  severity: 'critical',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Isolate the host and keep the file as evidence; then: valops sync verify <NAME>; valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({
    releases: binariesReleasesAt(binariesPrefix),
    digests: binariesDigestsAt(binariesPrefix),
  }),
  evaluate: ({ releases, digests: { files, tooLarge } }, { pins }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    return read.flatMap(({ name, link, record }): readonly Judgement[] => {
      if (typeof record === 'string') return [{ status: 'unknown', subject: name, evidence: record }];
      if (tooLarge.includes(link.path))
        return [{ status: 'unknown', subject: name, evidence: 'the release is larger than 2 GiB: valops sync verify' }];
      const pin = pins?.[name]?.platforms[record.platform];
      const isPinned = pin !== undefined && pin.sha256 === record.artifact.sha256;
      const wanted: Readonly<Record<string, { readonly sha256: string }>> = isPinned ? pin.files : record.files;
      const wrong = Object.entries(wanted).flatMap(([path, { sha256 }]): readonly Judgement[] => {
        const subject = `${link.path}/${path}`;
        const actual = files[subject];
        if (actual === sha256) return [];
        if (actual === undefined)
          return [{ status: 'fail', subject, expected: sha256, actual: 'no such file', file: subject }];
        return [{ status: 'fail', subject, expected: sha256, actual, file: subject }];
      });
      if (wrong.length > 0) return wrong;
      const by = isPinned ? 'valops.lock' : 'the record in the release alone';
      return [
        {
          status: 'pass',
          subject: name,
          actual: `${Object.keys(wanted).length} files`,
          evidence: `compared with ${by}`,
        },
      ];
    });
  },
});
