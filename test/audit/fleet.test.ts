import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { reportPaths, type CarriedFile } from '../../src/audit/fleet/carried-file.ts';
import { judgeSigners, type Trust } from '../../src/audit/fleet/judge-signers.ts';
import { mergeReports } from '../../src/audit/fleet/merge.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { signerOf } from '../../src/audit/signing/signers.ts';
import { makeReport } from '../support/audit-report.ts';

const keyOf = (name: string): Uint8Array => createHash('sha256').update(name).digest();
const print = (name: string): string => signerOf('x', keyOf(name)).fingerprint;
const trust = (given: Partial<Trust> = {}): Trust => ({ pinned: [], given: [], own: undefined, ...given });

/** A file of one report of a host, signed by the key of that name, unsigned, or forged. */
function carried(path: string, host: string, signedBy: string | null, given: Partial<AuditReport> = {}): CarriedFile {
  return {
    path,
    digest: '',
    reports: [makeReport([], { host, ...given })],
    signature:
      signedBy === null
        ? null
        : signedBy === 'forged'
          ? { valid: false, reason: 'the file is not what was signed' }
          : { valid: true, publicKey: keyOf(signedBy), fingerprint: print(signedBy) },
  };
}

describe('whose reports count', () => {
  const judged = (files: readonly CarriedFile[], given: Partial<Trust> = {}): object => {
    const { accepted, refused, pins } = judgeSigners(files, trust(given));
    return {
      accepted: accepted.map(({ path, signature }) => `${path} ${signature.state}`),
      refused: refused.map(({ path, code }) => `${path} ${code}`),
      pins: pins.map(({ principal, fingerprint }) => `${principal} ${fingerprint}`),
    };
  };
  const pinned = [signerOf('val-1', keyOf('one'))];

  test.each([
    [
      'the first key seen is pinned',
      [carried('a', 'val-1', 'one'), carried('b', 'val-1', 'one')],
      {},
      { accepted: ['a first-seen', 'b first-seen'], refused: [], pins: [`val-1 ${print('one')}`] },
    ],
    [
      'a pinned one is verified',
      [carried('a', 'val-1', 'one')],
      { pinned },
      { accepted: ['a verified'], refused: [], pins: [] },
    ],
    [
      'another one is refused, and not pinned',
      [carried('a', 'val-1', 'two')],
      { pinned },
      { accepted: [], refused: ['a AUDIT_SIGNER_CHANGED'], pins: [] },
    ],
    [
      'another one that was compared is pinned besides',
      [carried('a', 'val-1', 'two'), carried('b', 'val-1', 'one')],
      { pinned, given: [print('two')] },
      { accepted: ['a verified', 'b verified'], refused: [], pins: [`val-1 ${print('two')}`] },
    ],
    [
      'two keys at once for an unknown host: neither',
      [carried('a', 'val-1', 'one'), carried('b', 'val-1', 'two')],
      {},
      { accepted: [], refused: ['a AUDIT_SIGNER_CHANGED', 'b AUDIT_SIGNER_CHANGED'], pins: [] },
    ],
    [
      'two keys, one of them compared',
      [carried('a', 'val-1', 'one'), carried('b', 'val-1', 'two')],
      { given: [print('one')] },
      { accepted: ['a verified'], refused: ['b AUDIT_SIGNER_CHANGED'], pins: [`val-1 ${print('one')}`] },
    ],
    [
      'without a signature, of a host that never signed',
      [carried('a', 'val-1', null)],
      {},
      { accepted: ['a unsigned'], refused: [], pins: [] },
    ],
    [
      'the signature was left away',
      [carried('a', 'val-1', null)],
      { pinned },
      { accepted: [], refused: ['a AUDIT_REPORT_UNSIGNED'], pins: [] },
    ],
    [
      'the same in the merge that pins',
      [carried('a', 'val-1', null), carried('b', 'val-1', 'one')],
      {},
      { accepted: ['b first-seen'], refused: ['a AUDIT_REPORT_UNSIGNED'], pins: [`val-1 ${print('one')}`] },
    ],
    [
      'a forged one',
      [carried('a', 'val-1', 'forged')],
      {},
      { accepted: [], refused: ['a AUDIT_REPORT_FORGED'], pins: [] },
    ],
    [
      'our own key signs for every host, and is not pinned',
      [carried('a', 'val-1', 'ours'), carried('b', 'val-2', 'ours')],
      { pinned, own: print('ours') },
      { accepted: ['a own', 'b own'], refused: [], pins: [] },
    ],
    [
      'one key that signs for several hosts is pinned for each',
      [carried('a', 'val-1', 'one'), carried('b', 'val-2', 'one')],
      {},
      {
        accepted: ['a first-seen', 'b first-seen'],
        refused: [],
        pins: [`val-1 ${print('one')}`, `val-2 ${print('one')}`],
      },
    ],
    [
      'the key of one host signs for another',
      [carried('a', 'val-2', 'one')],
      { pinned: [...pinned, signerOf('val-2', keyOf('two'))] },
      { accepted: [], refused: ['a AUDIT_SIGNER_CHANGED'], pins: [] },
    ],
  ] as const)('%s', (_, files, given, expected) => {
    expect(judged(files, given)).toEqual(expected);
  });

  test('a host that calls itself a pattern is a host of that name', () => {
    expect(judgeSigners([carried('a', '*', 'one')], trust()).pins[0]?.principal).toBe('%2a');
  });
});

describe('one fleet', () => {
  const checklists = [
    { name: 'weekly', cadence: 'weekly' },
    { name: 'monthly', cadence: 'monthly' },
    { name: 'incident' },
  ] as const;
  const now = new Date('2026-11-22T12:00:00Z');
  const accepted = (path: string, host: string, day: string, given: Partial<AuditReport> = {}) => ({
    path,
    signature: { state: 'unsigned' } as const,
    report: makeReport([], { host, startedAt: `2026-${day}T05:00:00.000Z`, ...given }),
  });
  const merged = (
    files: readonly ReturnType<typeof accepted>[],
    hosts: readonly string[] = [],
  ): ReturnType<typeof mergeReports> => mergeReports(files, checklists, hosts, now);

  test('the stalest host comes first: those that are late, the longest first, then the oldest', () => {
    const { entries } = merged([
      accepted('a', 'fresh', '11-22'),
      accepted('b', 'older', '11-18'),
      accepted('c', 'late', '11-10'),
      accepted('d', 'very-late', '09-01'),
      // an old monthly one is not late when an old weekly one is
      accepted('e', 'monthly', '11-05', { checklist: 'monthly' }),
    ]);
    expect(entries.map(({ report, due }) => [report.host, due?.late])).toEqual([
      ['very-late', true],
      ['late', true],
      ['monthly', false],
      ['older', false],
      ['fresh', false],
    ]);
  });

  test('the newest of each host and checklist counts; the others are told, and make the trend', () => {
    const { entries, earlier, remarks } = merged([
      accepted('old', 'a', '11-08'),
      accepted('new', 'a', '11-15'),
      accepted('copy', 'a', '11-15'),
      accepted('old-copy', 'a', '11-08'),
      accepted('month', 'a', '11-01', { checklist: 'monthly' }),
      accepted('other', 'a', '11-15', { durationMs: 9 }),
    ]);
    expect(entries.map(({ path }) => path)).toEqual(['month', 'copy']);
    expect(earlier.map(({ startedAt }) => startedAt)).toEqual(['2026-11-08T05:00:00.000Z']);
    expect(remarks.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['duplicate', 'new'],
      ['contradicts', 'other'],
      ['older', 'old'],
      ['duplicate', 'old-copy'],
    ]);
  });

  test('declared hosts without a report are told; a report from the future is late; without a cadence nothing is', () => {
    const { entries, remarks } = merged(
      [
        accepted('a', 'a', '12-30'),
        accepted('b', 'b', '01-01', { checklist: 'incident' }),
        accepted('c', 'c', '01-01', { checklist: 'theirs' }),
      ],
      ['a', 'silent'],
    );
    expect(entries.map(({ report, due }) => [report.host, due?.late])).toEqual([
      ['a', true],
      ['b', undefined],
      ['c', undefined],
    ]);
    expect(remarks).toMatchObject([{ kind: 'silent', subject: 'silent' }]);
  });
});

test('directories are looked into, not too deep; files are taken by whatever name', () => {
  const there: Readonly<Record<string, readonly string[]>> = {
    usb: ['val-1', 'notes.txt', 'x.json', 'x.json.sig'],
    'usb/val-1': ['y.json', 'deep'],
    'usb/val-1/deep': ['z.json', 'deeper'],
    'usb/val-1/deep/deeper': ['w.json'],
  };
  const files = {
    stat: (path: string) => ({ type: there[path] === undefined ? 'file' : 'directory' }) as never,
    list: (path: string) => there[path] ?? [],
    realPath: (path: string) => path,
  };
  expect(reportPaths(files, ['usb/', 'report.txt', 'usb/x.json'])).toEqual([
    'usb/val-1/y.json',
    'usb/val-1/deep/z.json',
    'usb/x.json',
    'report.txt',
  ]);
});
