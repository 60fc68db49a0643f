import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { binLinks } from '../../../sync/bin-links.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { readReleases } from '../../releases-read.ts';

const want = { want: 'links through current, to programs of the active release', source: 'valops: sync' };

export const links = defineCheck({
  id: 'binaries.links',
  title: "every name in the prefix's bin leads to a program of an active release",
  why: 'Units and operators call these names: one that leads elsewhere runs what nobody pinned.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'ls -l <PREFIX>/bin; remove what is not ours, then: valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    const { prefix, entries } = releases;
    const wanted = new Map(
      read.flatMap(({ name, record }) =>
        typeof record === 'string' ? [] : [...binLinks({ prefix, name }, record.files)],
      ),
    );
    const there = entries.filter(({ path }) => /^\/bin\/[^/]+$/.test(path.slice(prefix.length)));
    const named = new Set(there.map(({ path }) => path.slice(`${prefix}/bin/`.length)));
    const judged = there.map(({ path, type, target }): Judgement => {
      const expected = wanted.get(path.slice(`${prefix}/bin/`.length));
      return {
        status: type === 'link' && target === expected ? 'pass' : 'fail',
        subject: path,
        expected: expected ?? 'no such name',
        actual: type === 'link' ? (target ?? '') : `a ${type}`,
        file: path,
      };
    });
    const missing = [...wanted].filter(([name]) => !named.has(name));
    const all = [
      ...judged,
      ...missing.map(([name, expected]): Judgement => ({
        status: 'fail',
        subject: `${prefix}/bin/${name}`,
        expected,
        actual: 'missing',
      })),
    ];
    return all.length > 0 ? all : [{ status: 'skip', subject: `${prefix}/bin`, evidence: 'no release has a program' }];
  },
});
