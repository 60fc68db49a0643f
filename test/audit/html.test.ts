import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parse, defaultTreeAdapter as tree, type DefaultTreeAdapterTypes } from 'parse5';
import { describe, expect, test } from 'vitest';
import { dark, light } from '../../src/audit/formats/html/colours.ts';
import { html as markup } from '../../src/audit/formats/html/markup.ts';
import { newestFindings, totalOf, trendOf } from '../../src/audit/formats/html/newest.ts';
import { html } from '../../src/audit/formats/html.ts';
import { plainJudgement } from '../../src/audit/plain-judgement.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import type { Remark, Standing, Surroundings } from '../../src/audit/surroundings.ts';
import { makeFleet } from '../support/audit-fleet.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const same = (text: string): string => text;
const marks = { heading: same, dim: same, good: same, warn: same, bad: same };
const render = (reports: readonly AuditReport[], surroundings?: Surroundings): string =>
  html.render(reports, marks, surroundings);

function* elementsOf(node: Node): Generator<Element> {
  if (tree.isElementNode(node)) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child);
}

const textOf = (node: Node): string =>
  tree.isTextNode(node) ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';

/** The page's elements, and what the parser had to mend. */
function parsed(text: string): { readonly elements: readonly Element[]; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const document = parse(text, { onParseError: ({ code }) => errors.push(code) });
  return { elements: [...elementsOf(document)], errors };
}

/** Tags and names of attributes only: what a page is made of. */
const shapeOf = (elements: readonly Element[]): readonly string[] =>
  elements.map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)].join(' '));

const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><script>alert(1)</script>',
    '</title></textarea></select></template></svg><b>',
    '<!-- --!> -->',
    '&lt;b&gt;&amp;&#60;&notit;&#x0;',
    ']]><![CDATA[',
    '${7*7}{{7*7}}`',
    'javascript:alert(1)',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }),
);

/** One report with this text wherever a report may hold text. */
function filled(text: string): { readonly report: AuditReport; readonly surroundings: Surroundings } {
  const waiver = { reason: text, owner: text, expires: '2027-01-01T00:00:00.000Z' };
  const finding = plainJudgement(
    makeFinding({
      title: text,
      subject: `s${text}`,
      expected: text,
      actual: text,
      running: text,
      file: text,
      evidence: `x\n${text}`,
      remediation: text,
    }),
  );
  const report = makeReport([finding, { ...finding, subject: `w${finding.subject}`, waiver }], {
    host: text,
    tool: text,
    policy: { profile: text, digest: 'cd'.repeat(32) },
    waivers: [{ check: text, subject: text, ...waiver, state: 'applied' }],
  });
  const standing: Standing = { late: text, signature: { state: 'broken', reason: text } };
  const kinds: readonly Remark['kind'][] = [
    'refused',
    'damaged',
    'contradicts',
    'silent',
    'duplicate',
    'older',
    'pinned',
  ];
  const remarks = kinds.map((kind): Remark => ({ kind, subject: text, text }));
  const earlier = [{ ...report, startedAt: '2026-11-15T05:17:00.000Z' }];
  return {
    report,
    surroundings: { now: new Date('2026-11-22T06:00:00Z'), earlier, standings: new Map([[report, standing]]), remarks },
  };
}

describe('texts of reports', () => {
  const shape = (text: string): readonly string[] => {
    const { report, surroundings } = filled(text);
    return shapeOf(parsed(render([report], surroundings)).elements);
  };
  const plain = shape('harmless');

  test('stay text: the page has the same elements and attributes whatever they are, and parses without error', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { report, surroundings } = filled(text);
        const { elements, errors } = parsed(render([report], surroundings));
        expect(shapeOf(elements)).toEqual(plain);
        expect(
          errors.filter((code) => code !== 'surrogate-in-input-stream' && code !== 'noncharacter-in-input-stream'),
        ).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('are shown as they are', () => {
    fc.assert(
      fc.property(
        hostile.filter((text) => !/[\p{Cc}\p{Cs}\p{Cn}]/u.test(text)),
        (text) => {
          const { elements } = parsed(`<!doctype html>${markup`<p title="${text}">${text}</p>`.text}`);
          const p = elements.find(({ tagName }) => tagName === 'p');
          expect([p?.attrs[0]?.value, p === undefined ? '' : textOf(p)]).toEqual([text, text]);
        },
      ),
    );
  });
});

describe('the page', () => {
  const { reports, surroundings } = makeFleet(8, 12);
  const text = render(reports, surroundings);
  const { elements, errors } = parsed(text);
  const attribute = (element: Element, name: string): string | undefined =>
    element.attrs.find((one) => one.name === name)?.value;
  const all = (tag: string): readonly Element[] => elements.filter(({ tagName }) => tagName === tag);

  test('parses without error', () => expect(errors).toEqual([]));

  test('allows its own style and script by their digests and nothing else, and has no other', () => {
    const policy = all('meta').find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy');
    const digests = ['style', 'script'].map((tag) => {
      expect(all(tag).length).toBe(1);
      const [element] = all(tag);
      return createHash('sha256')
        .update(element === undefined ? '' : textOf(element))
        .digest('base64');
    });
    expect(policy === undefined ? '' : attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${digests[0]}'; script-src 'sha256-${digests[1]}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name));
    expect(names.filter((name) => name === 'style' || name.startsWith('on'))).toEqual([]);
    const addresses = elements.flatMap((one) =>
      ['href', 'src', 'action', 'srcset'].flatMap((name) => attribute(one, name) ?? []),
    );
    expect(addresses.filter((address) => !address.startsWith('#') && address !== 'data:,')).toEqual([]);
    expect(all('style').map(textOf).join('')).not.toMatch(/url\(|@import|@font-face/);
  });

  test('can be found through: a language, one h1, headings in order, tables with headers, links that lead somewhere', () => {
    expect(attribute(all('html')[0] as Element, 'lang')).toBe('en');
    const levels = elements.flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    for (const table of all('table')) {
      const headers = [...elementsOf(table)].filter(({ tagName }) => tagName === 'th');
      expect(headers.every((one) => attribute(one, 'scope') !== undefined)).toBe(true);
      expect(headers.some((one) => attribute(one, 'scope') === 'col')).toBe(true);
    }
    const ids = elements.flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of all('a')) expect(ids).toContain(attribute(link, 'href')?.slice(1));
  });

  test('begins with the verdict', () => {
    const h1 = all('h1')[0];
    expect(h1 === undefined ? '' : textOf(h1)).toMatch(/^\d of 8 hosts need attention\.$/);
  });
});

describe('the verdict', () => {
  const said = (reports: readonly AuditReport[], given: Partial<Surroundings> = {}): string => {
    const now = new Date('2026-11-22T06:00:00Z');
    const { elements } = parsed(render(reports, { now, earlier: [], standings: new Map(), remarks: [], ...given }));
    const header = elements.find(({ tagName }) => tagName === 'header');
    return header === undefined
      ? ''
      : [...elementsOf(header)]
          .filter(({ tagName, attrs }) => tagName === 'h1' || attrs[0]?.value === 'further')
          .map(textOf)
          .join(' ');
  };
  const clean = makeReport([makeFinding({ status: 'pass' })]);
  const other = makeReport([makeFinding({ status: 'pass' })], { host: 'val-2' });
  const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01T00:00:00.000Z' };

  test.each([
    ['a clean host', [clean], {}, 'val-1 is as it should be.'],
    ['two of them', [clean, other], {}, 'All 2 hosts are as they should be.'],
    ['an open finding', [makeReport([makeFinding()]), other], {}, '1 of 2 hosts needs attention. Open: 1 high.'],
    [
      'a waived one',
      [makeReport([makeFinding({ status: 'pass' }), makeFinding({ subject: 'x', waiver })])],
      {},
      'val-1 is as it should be. 1 finding waived.',
    ],
    ['no report', [], {}, 'There is no report. Nothing was looked at.'],
    [
      'nothing looked at',
      [makeReport([makeFinding({ status: 'skip' })])],
      {},
      'Nothing is open on val-1, as far as was seen. Nothing was looked at.',
    ],
    [
      'a late host',
      [clean],
      { standings: new Map([[clean, { late: 'x' }]]) },
      'Nothing is open on val-1, as far as was seen. 1 host not looked at in time.',
    ],
    [
      'a silent and a refused one',
      [clean, other],
      {
        remarks: [
          { kind: 'silent', subject: 'a', text: 'b' },
          { kind: 'refused', subject: 'a', text: 'b' },
        ],
      },
      'Nothing is open, as far as was seen. No report of 1 declared host and 1 report refused.',
    ],
  ] as const)('%s', (_, reports, given, expected) => {
    expect(said(reports, given)).toBe(expected);
  });
});

describe('what each check said last', () => {
  const at = (
    startedAt: string,
    checklist: string,
    ...findings: readonly ReturnType<typeof makeFinding>[]
  ): AuditReport => makeReport(findings, { startedAt, checklist });
  const monthly = at(
    '2026-11-01T00:00:00.000Z',
    'monthly',
    makeFinding(),
    makeFinding({ id: 'ssh.moduli', severity: 'low' }),
  );
  const weekly = at('2026-11-08T00:00:00.000Z', 'weekly', makeFinding({ status: 'pass' }));

  test('counts once, by the newest report, and stays for checks which that one does not ask', () => {
    expect(newestFindings([weekly, monthly]).map(({ finding }) => [finding.id, finding.status])).toEqual([
      ['ssh.root-login', 'pass'],
      ['ssh.moduli', 'fail'],
    ]);
  });

  test('is what the trend adds up, host by host', () => {
    const elsewhere = { ...at('2026-11-09T00:00:00.000Z', 'weekly', makeFinding()), host: 'val-2' };
    expect(trendOf([elsewhere, weekly, monthly]).map(({ open, hosts }) => [totalOf(open), hosts])).toEqual([
      [2, 1],
      [1, 1],
      [2, 2],
    ]);
  });
});

describe('colours', () => {
  /** WCAG 2.2, relative luminance and contrast ratio. */
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
      const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [one, other] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
    return (one + 0.05) / (other + 0.05);
  };

  test.each([
    ['light', light],
    ['dark', dark],
  ])('%s: text has a contrast of 4.5 to what it stands on, marks one of 3', (_, colours) => {
    const of = (name: string): string => colours[name] ?? '';
    for (const name of ['ink', 'soft', 'good', 'critical', 'high'])
      expect([name, contrast(of(name), of('paper')) >= 4.5]).toEqual([name, true]);
    for (const name of ['medium', 'low', 'info'])
      expect([name, contrast(of(name), of('paper')) >= 3]).toEqual([name, true]);
    for (const name of Object.keys(colours).filter((one) => one.startsWith('tint-') || one === 'field'))
      expect([name, contrast(of('ink'), of(name)) >= 4.5]).toEqual([name, true]);
  });
});
