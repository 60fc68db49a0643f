import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/audit/finding.ts';
import { reportFormats } from '../../src/audit/formats/registry.ts';
import { plainJudgement } from '../../src/audit/plain-judgement.ts';
import { plainText } from '../../src/audit/plain-text.ts';
import { encodeReport, parseReport } from '../../src/audit/report-file.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';

const same = (text: string): string => text;
const marks = { heading: same, dim: same, good: same, warn: same, bad: same };
const render = (name: string, ...reports: readonly AuditReport[]): string =>
  reportFormats.find((one) => one.name === name)?.render(reports, marks) ?? '';

/** What a host might say to get out of a format, or at the terminal. */
const hostile = [
  '\u001b[2J\u001b[31mall is well\u001b[0m',
  '\u009b31m',
  ']]></failure><testcase name="x"/>',
  '"} 1\nvalops_audit_findings{status="pass"} 99',
  '| pass | info |\n| --- |',
  '<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://192.0.2.1/x) `a` **b** @team #1',
  '\u202eslipt\u2066 \u2028 \ufeff \ufffe \ud800 \u0000 \u0007',
  '\\"\\\n',
  'https://192.0.2.1/?stolen=1',
];
const texts = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 60 }));
const findings: fc.Arbitrary<Finding> = fc
  .record({
    status: fc.constantFrom('pass', 'fail', 'skip', 'unknown', 'due'),
    severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
    change: fc.constantFrom('new', 'still', 'fixed', 'newly-unknown'),
    subject: texts,
    actual: texts,
    running: texts,
    evidence: texts,
    file: fc.oneof(texts, fc.constant('/etc/ssh/sshd_config:33')),
    waived: fc.boolean(),
    reason: texts,
  } as const)
  .map(({ waived, reason, ...rest }) =>
    plainJudgement(
      makeFinding({
        ...rest,
        ...(waived
          ? { waiver: { reason: plainText(reason, 100), owner: 'anna', expires: '2027-01-01T00:00:00.000Z' } }
          : {}),
      }),
    ),
  );
const reports = fc.array(findings, { maxLength: 6 }).map((all) => makeReport(all));
const once = { numRuns: 60 };

describe('plain text', () => {
  test('holds nothing that moves a terminal, whatever went in, and is as long as allowed', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 50 }), (text, limit) => {
        const plain = plainText(text, limit);
        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect([...plain].length).toBeLessThanOrEqual(limit);
      }),
    );
    expect(plainText('\u001b[31mred', 99)).toBe(String.raw`\u{1b}[31mred`);
    expect(plainText('a\nb\nc', 99)).toBe('a; b; c');
    expect(plainText('a\nb\nc\n', 99, 2)).toBe('a\nb');
    expect(plainText('ü😀'.repeat(9), 4)).toBe('ü😀ü…');
  });
});

describe('every format', () => {
  test.each(reportFormats)('$name has no control character but line ends', ({ render: write }) => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(write([report, report], marks)).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
      }),
      once,
    );
  });

  test.each(reportFormats)(
    '$name says nothing of findings where there are none, and does not fail',
    ({ render: write }) => {
      expect(write([makeReport([])], marks)).not.toContain('ssh.root-login');
      expect(write([], marks)).not.toContain('undefined');
    },
  );
});

test('json: one report as it is, several in a list', () => {
  const report = makeReport([makeFinding()]);
  expect(JSON.parse(render('json', report))).toEqual(report);
  expect(JSON.parse(render('json', report, report))).toMatchObject({
    schema: 'valops/audit-reports/1',
    reports: [report, report],
  });
});

describe('a report file', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(parseReport(encodeReport(report), 'x.json')).toEqual(report);
      }),
      once,
    );
  });

  test('that somebody edited cannot move a terminal either', () => {
    const report = makeReport([makeFinding({ subject: hostile[0] ?? '', title: hostile[0] ?? '' })]);
    expect(render('text', parseReport(encodeReport(report), 'x.json'))).not.toContain('\u001b');
  });

  test.each([
    ['not JSON', '{'],
    ['another document', '{"schema":"valops/plan/1"}'],
    ['an id that is a path', JSON.stringify(makeReport([makeFinding({ id: '../../etc' })]))],
    ['a checklist that is a path', JSON.stringify(makeReport([], { checklist: '../x' }))],
    ['a status nobody knows', JSON.stringify({ ...makeReport([]), findings: [{ ...makeFinding(), status: 'ok' }] })],
  ])('is refused: %s', (_, text) => {
    expect(() => parseReport(new TextEncoder().encode(text), 'x.json')).toThrow(
      expect.objectContaining({ code: 'AUDIT_REPORT_INVALID' }),
    );
  });
});

describe('prometheus', () => {
  /** https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4. */
  const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
  const sample = new RegExp(String.raw`^[a-zA-Z_:][\w:]*\{${label}(?:,${label})*\} -?\d+(?:\.\d+)?$`, 'u');
  const comment = /^# (HELP|TYPE) [a-zA-Z_:][\w:]* .+$/;

  test('every line is of the grammar, no sample comes twice, and samples of a metric stand together', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const text = render('prometheus', report, { ...report, host: 'val-"2"\\' });
        const lines = text.split('\n').slice(0, -1);
        expect(lines.filter((line) => !sample.test(line) && !comment.test(line))).toEqual([]);
        const series = lines
          .filter((line) => !line.startsWith('#'))
          .map((line) => line.slice(0, line.lastIndexOf(' ')));
        expect(new Set(series).size).toBe(series.length);
        expect(text.endsWith('\n')).toBe(true);
      }),
      once,
    );
  });

  test('has the time of the run, for an alert on its age', () => {
    expect(render('prometheus', makeReport([]))).toContain(
      'valops_audit_last_run_timestamp_seconds{host="val-1",checklist="weekly"} 1795324620\n',
    );
  });
});

describe('sarif', () => {
  interface Result {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly kind: string;
    readonly level: string;
  }

  test('keeps to what section 3.27 says of kinds, levels and rules', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { version, runs } = JSON.parse(render('sarif', report)) as {
          version: string;
          runs: { results: Result[]; tool: { driver: { rules: { id: string }[] } } }[];
        };
        expect([version, runs.length]).toEqual(['2.1.0', 1]);
        for (const { ruleId, ruleIndex, kind, level } of runs[0]?.results ?? []) {
          expect(runs[0]?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
          expect(['fail', 'pass', 'notApplicable', 'open', 'review']).toContain(kind);
          expect(kind === 'fail' ? ['error', 'warning', 'note'] : ['none']).toContain(level);
        }
      }),
      once,
    );
  });

  test('names file and line, and a file whose name looks like an address stays a file', () => {
    const of = (file: string): unknown =>
      (
        JSON.parse(render('sarif', makeReport([makeFinding({ file })]))) as {
          runs: { results: { locations: object[] }[] }[];
        }
      ).runs[0]?.results[0]?.locations[0];
    expect(of('/etc/ssh/sshd_config:33')).toMatchObject({
      physicalLocation: { artifactLocation: { uri: 'file:///etc/ssh/sshd_config' }, region: { startLine: 33 } },
    });
    expect(of('/tmp/a b?c#d')).toMatchObject({
      physicalLocation: { artifactLocation: { uri: 'file:///tmp/a%20b%3Fc%23d' } },
    });
    expect(of('https://192.0.2.1/')).not.toHaveProperty('physicalLocation');
  });
});

test('markdown: no cell ends early, and nothing in it is HTML, a link or a mention', () => {
  fc.assert(
    fc.property(reports, (report) => {
      const rows = render('markdown', report)
        .split('\n')
        .filter((line) => line.startsWith('| '));
      const cells = rows.map((line) => line.replaceAll(/\\./g, '').split('|').length - 2);
      const heads = new Set([2, 6, 7]);
      expect(cells.filter((count) => !heads.has(count))).toEqual([]);
      expect(rows.join('\n').replaceAll(/\\./g, '')).not.toMatch(/[<>[\]`*@]/);
    }),
    once,
  );
});

const python = spawnSync('python3', ['-c', 'import xml.etree.ElementTree']).status === 0;

describe.runIf(python)('junit, read by an XML parser (needs python3)', () => {
  const counter = `
import sys, json, xml.etree.ElementTree as tree
for document in json.load(sys.stdin):
    suite = tree.fromstring(document.encode()).find("testsuite")
    cases = suite.findall("testcase")
    found = [len([c for c in cases if c.find(k) is not None]) for k in ("failure", "error", "skipped")]
    said = [int(suite.get(k)) for k in ("failures", "errors", "skipped")]
    print(json.dumps([len(cases) == int(suite.get("tests")), found == said, [c.get("name") for c in cases]]))
`;

  test('is well-formed, counts what it holds, and the subjects come out as they are', () => {
    const samples = fc.sample(reports, 80);
    const input = JSON.stringify(samples.map((report) => render('junit', report)));
    const { stdout, stderr } = spawnSync('python3', ['-c', counter], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const read = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(read).toEqual(samples.map((one) => [true, true, one.findings.map(({ subject }) => subject)]));
  });
});

describe('text', () => {
  test('shows actual, running and expected value side by side, the file, and what to do', () => {
    const finding = makeFinding({
      actual: '1',
      running: '0',
      expected: '2',
      file: '/etc/sysctl.conf:3',
      change: 'new',
    });
    expect(render('text', makeReport([finding]))).toContain(
      'fail (new) PermitRootLogin: 1; running 0; expected 2; in /etc/sysctl.conf:3\n    do: valops ssh harden\n',
    );
  });

  test('shows waivers, those not needed too, and what was fixed', () => {
    const waiver = { reason: 'console broken', owner: 'anna', expires: '2027-01-01T00:00:00.000Z' };
    const shown = render(
      'text',
      makeReport(
        [makeFinding({ waiver }), makeFinding({ id: 'ssh.x', status: 'pass', change: 'fixed', actual: 'no' })],
        {
          waivers: [
            { check: 'ssh.y', subject: '*', reason: 'old', owner: 'ben', expires: waiver.expires, state: 'unused' },
          ],
        },
      ),
    );
    expect(shown).toContain(
      'waived ssh.root-login PermitRootLogin: fail; until 2027-01-01T00:00:00.000Z, anna: console broken',
    );
    expect(shown).toContain('fixed ssh.x PermitRootLogin: no');
    expect(shown).toContain('waiver not needed ssh.y *, ben: old');
  });
});
