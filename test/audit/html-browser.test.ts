import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../src/audit/formats/html.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import type { Surroundings } from '../../src/audit/surroundings.ts';
import { makeFleet } from '../support/audit-fleet.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';
import { chromium, startChromium, type Browser, type Page } from '../support/chromium.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const same = (text: string): string => text;
const marks = { heading: same, dim: same, good: same, warn: same, bad: same };

describe.runIf(chromium !== null)('the HTML report in Chromium, from a file (needs "chromium")', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = startChromium(chromium ?? '');
    page = await browser.newPage();
  });
  afterAll(() => browser.close());

  const fleet = makeFleet(8, 12);
  const open = async (reports: readonly AuditReport[], surroundings?: Surroundings): Promise<string> => {
    const file = join(temporaryDirectory(), 'report.html');
    writeFileSync(file, html.render(reports, marks, surroundings));
    const address = pathToFileURL(file).href;
    await page.open(address);
    return address;
  };
  const look = async (width: number, media: string, scheme: string): Promise<void> => {
    await page.call('Emulation.setDeviceMetricsOverride', {
      width,
      height: 800,
      deviceScaleFactor: 1,
      mobile: width < 500,
    });
    await page.call('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  };
  /** What a reader would see in the console, and every violation of a policy. */
  const complaints = (since: number): readonly string[] =>
    page.events
      .slice(since)
      .filter(({ method }) =>
        /^(Log\.entryAdded|Runtime\.(exceptionThrown|consoleAPICalled)|Audits\.issueAdded)$/.test(method),
      )
      .map((event) => JSON.stringify(event));
  const requests = (since: number): readonly string[] =>
    page.events
      .slice(since)
      .filter(({ method }) => method === 'Network.requestWillBeSent')
      .map(({ params }) => (params['request'] as { url: string }).url);

  test('asks for nothing but itself, and has nothing to complain about', async () => {
    const since = page.events.length;
    await look(1440, '', 'light');
    const address = await open(fleet.reports, fleet.surroundings);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))');
    expect(requests(since).filter((url) => !url.startsWith('data:'))).toEqual([address]);
    expect(complaints(since)).toEqual([]);
  });

  test('the browser keeps to the policy: what is not ours does not run, and it says so', async () => {
    await open(fleet.reports, fleet.surroundings);
    const since = page.events.length;
    const ran = await page.evaluate<boolean>(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      const image = new Image();
      image.onerror = image.onload = () => resolve(document.title === 'owned');
      image.src = 'http://192.0.2.1/x.png';
    })`);
    expect(ran).toBe(false);
    expect(complaints(since).join('\n')).toContain('ContentSecurityPolicy');
    const failed = page.events.slice(since).filter(({ method }) => method === 'Network.loadingFailed');
    expect(failed.map(({ params }) => params['blockedReason'])).toEqual(requests(since).map(() => 'csp'));
  });

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ])('at %i pixels, %s, nothing runs out of the page, whatever a host wrote', async (width, scheme) => {
    await look(width, '', scheme);
    const long = 'a'.repeat(190);
    const report = makeReport(
      [
        makeFinding({
          subject: long,
          actual: long,
          expected: long,
          title: long,
          evidence: `x\n${long}`,
          file: `/${long}`,
        }),
      ],
      { host: long },
    );
    for (const [reports, surroundings] of [
      [fleet.reports, fleet.surroundings],
      [[report], undefined],
      [[report, makeReport([])], undefined],
    ] as const) {
      await open(reports, surroundings);
      await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    const paper = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    expect(paper).toBe(scheme === 'light' ? 'rgb(252, 251, 248)' : 'rgb(21, 23, 26)');
  });

  test('the filter shows what was asked for, counts it, and opens the fold it is in; all comes back', async () => {
    await look(1440, '', 'light');
    await open(fleet.reports, fleet.surroundings);
    const state = (): Promise<{ shown: number; said: string; folded: boolean; checks: number }> =>
      page.evaluate(`({
        shown: document.querySelectorAll('tr[data-status]:not([hidden])').length,
        said: document.getElementById('shown').textContent,
        folded: !document.getElementById('others').open,
        checks: document.querySelectorAll('section.check:not([hidden])').length,
      })`);
    const choose = (name: string, value: string): Promise<unknown> =>
      page.evaluate(`{
        const field = document.getElementById('filter').elements.namedItem('${name}');
        field.value = '${value}';
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }`);
    const findings = fleet.reports.flatMap((report) =>
      report.findings.map((finding) => ({ host: report.host, finding })),
    );
    const before = await state();
    expect(before).toMatchObject({ shown: findings.length, said: '', folded: true });

    await choose('severity', 'critical');
    const critical = findings.filter(({ finding }) => finding.severity === 'critical').length;
    expect(await state()).toMatchObject({
      shown: critical,
      said: `${critical} of ${findings.length} findings`,
      folded: false,
    });
    await choose('status', 'open');
    const open_ = findings.filter(
      ({ finding: { severity, status, waiver } }) =>
        severity === 'critical' && waiver === undefined && (status === 'fail' || status === 'unknown'),
    );
    expect(await state()).toMatchObject({ shown: open_.length, folded: true });
    await choose('host', open_[0]?.host ?? '');
    expect((await state()).shown).toBe(open_.filter(({ host }) => host === open_[0]?.host).length);

    await page.evaluate(
      `document.querySelector('button[type=reset]').click(), new Promise((resolve) => setTimeout(resolve, 20))`,
    );
    expect(await state()).toEqual(before);
    await choose('text', 'nothing-has-this-word');
    expect(await state()).toMatchObject({ shown: 0, checks: 0 });
    await page.evaluate(
      `document.querySelector('button[type=reset]').click(), new Promise((resolve) => setTimeout(resolve, 20))`,
    );

    const [family, host, count] = await page.evaluate<readonly [string, string, number]>(`(() => {
      const link = document.querySelector('a[data-family]');
      link.click();
      return new Promise((resolve) => setTimeout(() => resolve([link.dataset.family, link.dataset.host, Number.parseInt(link.textContent)]), 20));
    })()`);
    expect([await state(), family.length > 0, host.length > 0]).toMatchObject([
      { shown: count, folded: true },
      true,
      true,
    ]);
  });

  test('every control can be reached and worked by the keyboard', async () => {
    await open(fleet.reports, fleet.surroundings);
    const press = async (key: string, code: number): Promise<void> => {
      for (const type of ['keyDown', 'keyUp'])
        await page.call('Input.dispatchKeyEvent', {
          type,
          key,
          code: key,
          windowsVirtualKeyCode: code,
          ...(key === 'Enter' && type === 'keyDown' ? { text: '\r' } : {}),
        });
    };
    const seen = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await press('Tab', 9);
      const focused = await page.evaluate<string>(
        'document.activeElement.name || document.activeElement.className || document.activeElement.tagName',
      );
      seen.add(focused);
      if (focused === 'SUMMARY' && seen.has('text')) break;
    }
    expect([...seen]).toEqual(expect.arrayContaining(['skip-link', 'A', 'wide', 'status', 'host', 'text', 'SUMMARY']));
    const opened = await page.evaluate<boolean>('document.activeElement.parentElement.open === true');
    await press('Enter', 13);
    expect(await page.evaluate('document.activeElement.parentElement.open === true')).toBe(!opened);
  });

  test('on paper it is light, unfolded, and without what only a screen can use', async () => {
    await look(794, 'print', 'dark');
    await open(fleet.reports, fleet.surroundings);
    const seen = await page.evaluate(`({
      paper: getComputedStyle(document.documentElement).backgroundColor,
      filter: getComputedStyle(document.getElementById('filter')).display,
      fold: document.querySelector('#others table').checkVisibility({ contentVisibilityAuto: true }),
      evidence: document.querySelector('section.check details dl').checkVisibility(),
    })`);
    expect(seen).toEqual({ paper: 'rgb(252, 251, 248)', filter: 'none', fold: true, evidence: true });
    const { data } = await page.call('Page.printToPDF', { printBackground: true, preferCSSPageSize: true });
    expect(Buffer.from(String(data), 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.evaluate(`document.querySelectorAll('details[open]').length`)).toBe(0);
  });

  test('without script it says the same, and shows no filter', async () => {
    await look(1440, '', 'light');
    await page.call('Emulation.setScriptExecutionDisabled', { value: true });
    await open(fleet.reports, fleet.surroundings);
    const { root } = await page.call('DOM.getDocument', { depth: 0 });
    const { nodeIds } = await page.call('DOM.querySelectorAll', {
      nodeId: (root as { nodeId: number }).nodeId,
      selector: 'tr[data-status]',
    });
    const filter = await page.call('DOM.querySelector', {
      nodeId: (root as { nodeId: number }).nodeId,
      selector: '#filter[hidden]',
    });
    await page.call('Emulation.setScriptExecutionDisabled', { value: false });
    expect((nodeIds as number[]).length).toBe(fleet.reports.reduce((sum, { findings }) => sum + findings.length, 0));
    expect(filter['nodeId']).toBeGreaterThan(0);
  });
});
