import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { recordName } from '../../../sync/release.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { readReleases, type ActiveBinary } from '../../releases-read.ts';

const want = { want: 'the files, sizes, modes and owner of its record, nothing else', source: 'valops: sync verify' };

export const asInstalled = defineCheck({
  id: 'binaries.as-installed',
  title: 'active releases have the files they were installed with, and no others',
  why: 'A file that was added, or has another size or mode than when it was verified, was put there by somebody else.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Keep the file as evidence, then: valops sync verify <NAME>; valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    return read.flatMap((binary) => judge(binary));
  },
});

function judge({ name, link, release, entries, record }: ActiveBinary): readonly Judgement[] {
  if (release === null || typeof record === 'string')
    return [{ status: 'unknown', subject: name, evidence: `no record to compare with: see binaries.active` }];
  const root = `${link.path.slice(0, -'current'.length)}${release}`;
  const wrong = (path: string, expected: string, actual: string): Judgement => ({
    status: 'fail',
    subject: `${root}/${path}`,
    expected,
    actual,
    file: `${root}/${path}`,
  });
  const found = [...entries].flatMap(([path, entry]): readonly Judgement[] => {
    if (entry.owner !== 'root') return [wrong(path, 'owned by root', `owned by ${entry.owner}`)];
    if (entry.type === 'directory')
      return entry.mode === '0755' ? [] : [wrong(path, 'directory 0755', `directory ${entry.mode}`)];
    const file = path === recordName ? { mode: '0444', size: entry.size } : record.files[path];
    if (file === undefined) return [wrong(path, 'not there', `${entry.type} of ${entry.size} bytes`)];
    if (entry.type === 'file' && entry.mode === file.mode && entry.size === file.size) return [];
    return [
      wrong(path, `file ${file.mode} of ${file.size} bytes`, `${entry.type} ${entry.mode} of ${entry.size} bytes`),
    ];
  });
  const missing = Object.keys(record.files)
    .filter((path) => !entries.has(path))
    .map((path) => wrong(path, 'a file', 'missing'));
  const all = [...found, ...missing];
  if (all.length > 0) return all;
  return [
    {
      status: 'pass',
      subject: name,
      expected: 'as its record says',
      actual: `${Object.keys(record.files).length} files`,
      file: root,
    },
  ];
}
