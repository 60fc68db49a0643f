import { describe, expect, test } from 'vitest';
import type { CatalogueEntry, DrillVerdict } from '../../src/backup/catalogue.ts';
import type { DrilledBackup } from '../../src/backup/drill-backup.ts';
import { judgeDrill, type DrillFacts } from '../../src/backup/drill-judge.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-01T00:00:00.000Z');
const ago = (days: number): string => new Date(now - days * day).toISOString();

const entry = (id: string, host = 'node1'): CatalogueEntry => ({
  ...{ id, host, createdAt: ago(10), file: `${id}.age`, sha256: id.repeat(4), size: 1, content: id.repeat(4) },
  ...{ recipients: [], identities: [], copies: [] },
});
const verdict = (backup: string, of: DrillVerdict['class'], days: number, passed = true): DrillVerdict => ({
  ...{ backup, class: of, at: ago(days), passed, path: '/copy', detail: '', keys: [] },
});
const drilled = (backup: string, more: Partial<DrilledBackup> = {}): DrilledBackup => ({
  ...{ backup, host: 'node1', createdAt: ago(10), path: '/copy', unreachable: [], identities: [], verdicts: [] },
  ...{ notProvenNow: [], problems: [], openedBy: [] },
  ...more,
});
const judge = (more: Partial<DrillFacts>): ReturnType<typeof judgeDrill> =>
  judgeDrill({
    drilled: [drilled('a')],
    backups: [entry('a')],
    verdicts: [],
    policy: { classes: ['offline'], every: 35 * day },
    now,
    ...more,
  });

describe('a drill as a whole', () => {
  test('a fresh proof of every required class is proven, an older run of the drill included', () => {
    expect(judge({ verdicts: [verdict('a', 'offline', 0)] }).verdict).toBe('proven');
    expect(judge({ verdicts: [verdict('a', 'offline', 34)] }).verdict).toBe('proven');
  });

  test('no proof, an old one, one of another class or host is lacking, and told with its age', () => {
    expect(judge({})).toEqual({
      verdict: 'lacking',
      lacking: [{ host: 'node1', class: 'offline', provenAt: null }],
    });
    expect(judge({ verdicts: [verdict('a', 'offline', 36)] }).lacking).toEqual([
      { host: 'node1', class: 'offline', provenAt: ago(36) },
    ]);
    expect(judge({ verdicts: [verdict('a', 'host', 0)] }).verdict).toBe('lacking');
    expect(judge({ backups: [entry('a'), entry('b', 'node2')], verdicts: [verdict('b', 'offline', 0)] }).verdict).toBe(
      'lacking',
    );
  });

  test('a proof of the future is none; one recorded after it counts, whatever the times say', () => {
    const future = verdict('a', 'offline', -400);
    expect(judge({ verdicts: [future] }).verdict).toBe('lacking');
    expect(judge({ verdicts: [future, verdict('a', 'offline', 0)] }).verdict).toBe('proven');
    expect(judge({ verdicts: [future, verdict('a', 'offline', 0, false)] }).verdict).toBe('lacking');
  });

  test('a failure after a proof takes it away, a proof after a failure counts', () => {
    const [early, late] = [verdict('a', 'offline', 5, true), verdict('a', 'offline', 1, false)];
    expect(judge({ verdicts: [early, late] }).lacking).toHaveLength(1);
    expect(judge({ verdicts: [verdict('a', 'offline', 5, false), verdict('a', 'offline', 1)] }).verdict).toBe('proven');
    expect(judge({ verdicts: [verdict('a', 'offline', 1), verdict('a', 'offline', 1, false)] }).verdict).toBe(
      'lacking',
    );
  });

  test('one failed verdict or one problem fails it, whatever else was proven', () => {
    const verdicts = [verdict('a', 'offline', 0)];
    const failing = drilled('b', { verdicts: [verdict('b', 'host', 0, false)] });
    expect(judge({ drilled: [drilled('a'), failing], verdicts }).verdict).toBe('failed');
    expect(judge({ drilled: [drilled('a', { problems: ['the copy is changed'] })], verdicts }).verdict).toBe('failed');
  });

  test('silence is no proof: nothing known, nothing reached', () => {
    expect(judge({ drilled: [], backups: [] }).verdict).toBe('lacking');
    const verdicts = [verdict('a', 'offline', 1)];
    expect(judge({ drilled: [drilled('a', { path: null })], verdicts }).verdict).toBe('lacking');
  });
});
