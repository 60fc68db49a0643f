import type { Finding } from '../../finding.ts';
import { isOpen, severities } from '../../severity.ts';
import { html, type Markup } from './markup.ts';
import type { HostFinding } from './newest.ts';
import { counted, severityMark } from './words.ts';

/** What a finding is filtered by: waived ones are neither failed nor passed. */
export function standingOf({ status, waiver }: Finding): string {
  return waiver === undefined ? status : 'waived';
}

/** The open findings, check by check, the worst first; all others folded. */
export function findingsPart(findings: readonly HostFinding[], filter: Markup): Markup {
  const open = findings.filter(({ finding }) => isOpen(finding));
  const others = findings.filter(({ finding }) => !isOpen(finding));
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    ${filter}
    ${open.length === 0 ? html`<p class="none-open">Nothing is open.</p> ` : groupsOf(open).map((group) => openCheck(group))}
    <details class="others" id="others">
      <summary>
        ${counted(others.length, 'finding')} that ${others.length === 1 ? 'asks' : 'ask'} for nothing: passed, skipped,
        fixed, waived
      </summary>
      ${others.length === 0 ? null : othersTable(others)}
    </details>
  </section> `;
}

/** The findings of one check on all hosts stand together. */
function groupsOf(findings: readonly HostFinding[]): readonly (readonly [HostFinding, ...HostFinding[]])[] {
  const groups = new Map<string, [HostFinding, ...HostFinding[]]>();
  for (const one of findings) {
    const group = groups.get(one.finding.id);
    if (group === undefined) groups.set(one.finding.id, [one]);
    else group.push(one);
  }
  const rank = ([{ finding }]: readonly [HostFinding, ...HostFinding[]]): number =>
    severities.indexOf(finding.severity);
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b) || b.length - a.length);
}

function openCheck(group: readonly [HostFinding, ...HostFinding[]]): Markup {
  const { severity, title, id, remediation } = group[0].finding;
  return html`<section class="check s-${severity}">
    <h3>${severityMark(severity)} ${title} <code>${id}</code></h3>
    <p class="do"><span class="label">Do</span> ${remediation}</p>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">host</th>
          <th scope="col">subject</th>
          <th scope="col">status</th>
          <th scope="col">found</th>
          <th scope="col">expected</th>
        </tr>
      </thead>
      <tbody>
        ${group.map((one) => openRow(one))}
      </tbody>
    </table>
  </section> `;
}

function openRow({ host, finding }: HostFinding): Markup {
  const { subject, status, change, actual, running, expected, file, evidence } = finding;
  const found = actual ?? running ?? evidence?.split('\n')[0] ?? '';
  const more = [
    ...(running !== undefined && actual !== undefined
      ? [
          html`<dt>running</dt>
            <dd>${running}</dd>`,
        ]
      : []),
    ...(file === undefined
      ? []
      : [
          html`<dt>file</dt>
            <dd><code>${file}</code></dd>`,
        ]),
    ...(evidence === undefined || evidence === found
      ? []
      : [
          html`<dt>evidence</dt>
            <dd><pre>${evidence}</pre></dd>`,
        ]),
  ];
  return html`<tr${attributes(host, finding)}>
<th scope="row" data-label="host">${host}</th>
<td data-label="subject">${subject}</td>
<td data-label="status">${status}${changed(change)}</td>
<td data-label="found">${found}${
    more.length === 0
      ? null
      : html`<details>
          <summary>evidence</summary>
          <dl>${more}</dl>
        </details>`
  }</td>
<td data-label="expected">${expected}</td>
</tr>
`;
}

function othersTable(findings: readonly HostFinding[]): Markup {
  return html`<table class="stack">
    <thead>
      <tr>
        <th scope="col">host</th>
        <th scope="col">check</th>
        <th scope="col">subject</th>
        <th scope="col">status</th>
        <th scope="col">found</th>
      </tr>
    </thead>
    <tbody>
      ${groupsOf(findings)
        .flat()
        .toSorted((a, b) => (a.finding.id < b.finding.id ? -1 : a.finding.id === b.finding.id ? 0 : 1))
        .map(({ host, finding }) => {
          const { title, id, subject, change, actual, running, evidence, waiver } = finding;
          const why =
            waiver === undefined ? '' : `${waiver.owner}, until ${waiver.expires.slice(0, 10)}: ${waiver.reason}`;
          return html`<tr${attributes(host, finding)}>
<th scope="row" data-label="host">${host}</th>
<td data-label="check">${title} <code>${id}</code></td>
<td data-label="subject">${subject}</td>
<td data-label="status">${standingOf(finding)}${changed(change)}</td>
<td data-label="found">${waiver === undefined ? (actual ?? running ?? evidence?.split('\n')[0]) : why}</td>
</tr>
`;
        })}
    </tbody>
  </table> `;
}

function attributes(host: string, finding: Finding): Markup {
  const { severity, family, change } = finding;
  return html` data-status="${standingOf(finding)}" data-severity="${severity}" data-family="${family}"
  data-host="${host}" data-change="${change ?? ''}"`;
}

function changed(change: Finding['change']): Markup | null {
  if (change === undefined || change === 'still') return null;
  return html` <span class="change ${change}">${change === 'newly-unknown' ? 'newly unknown' : change}</span>`;
}
