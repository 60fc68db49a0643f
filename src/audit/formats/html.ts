import { createHash } from 'node:crypto';
import type { AuditReport } from '../report.ts';
import { noSurroundings, type Surroundings } from '../surroundings.ts';
import type { ReportFormat } from './format.ts';
import { filterPart } from './html/filter.ts';
import { findingsPart } from './html/findings.ts';
import { heatMapPart } from './html/heat-map.ts';
import { html as template, trusted, type Markup } from './html/markup.ts';
import { newestFindings, trendOf } from './html/newest.ts';
import { remarksPart } from './html/remarks.ts';
import { reportsPart } from './html/reports.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { trendPart } from './html/trend.ts';
import { verdictOf, verdictPart } from './html/verdict.ts';
import { waiversPart } from './html/waivers.ts';
import { counted, listed, moment } from './html/words.ts';

/** One page that needs nothing but itself: no request leaves it, and its policy (CSP) lets none. */
export const html: ReportFormat = {
  name: 'html',
  title: 'one page for a browser or a printer, with trend and filter; it loads nothing',
  mode: 0o600,
  tellsHistory: true,
  render: (reports, _marks, surroundings = noSurroundings(reports)) => page(reports, surroundings).text,
};

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function page(reports: readonly AuditReport[], surroundings: Surroundings): Markup {
  const findings = newestFindings(reports);
  const hosts = [...new Set(reports.map(({ host }) => host))];
  const checklists = [...new Set(reports.map(({ checklist }) => checklist))];
  const verdict = verdictOf(reports, findings, surroundings);
  const remarks = remarksPart(surroundings.remarks);
  const waivers = waiversPart(reports);
  const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const parts = ['findings', 'trend', 'families', 'reports', ...(waivers === null ? [] : ['waivers'])];
  const subtitle = template`${listed(checklists)} of ${hosts.length === 1 ? (hosts[0] ?? '') : counted(hosts.length, 'host')}, as of ${moment(surroundings.now.getTime())}`;
  return template`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${verdict.sentence} Audit, ${surroundings.now.toISOString().slice(0, 10)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip-link" href="#findings">to the findings</a>
${verdictPart(verdict, subtitle)}<nav aria-label="Parts of this page"><ul>${parts.map(
    (part) => template`<li><a href="#${part}">${part.charAt(0).toUpperCase() + part.slice(1)}</a></li>`,
  )}${remarks === null ? null : template`<li><a href="#remarks">Files and hosts</a></li>`}</ul></nav>
<main>
${remarks}${trendPart(trendOf([...surroundings.earlier, ...reports]))}${heatMapPart(findings, hosts)}${findingsPart(findings, filterPart(findings), hosts.length > 1)}${reportsPart(reports, surroundings)}${waivers}</main>
${footer(reports)}<script>${trusted(script)}</script>
</body>
</html>
`;
}

function footer(reports: readonly AuditReport[]): Markup {
  const tools = [...new Set(reports.map(({ tool }) => tool))];
  return template`<footer>
<p>${listed(tools)}${tools.length === 0 ? '' : '. '}This page holds everything it shows and loads nothing. The stored reports are what counts; anybody can check one against its signature:</p>
<pre>ssh-keygen -Y verify -f SIGNERS -I HOST -n valops-audit-report -s REPORT.json.sig &lt; REPORT.json</pre>
</footer>
`;
}
