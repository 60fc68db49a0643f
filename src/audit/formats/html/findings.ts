import type { Finding } from '../../finding.ts';
import { isOpen, severities } from '../../severity.ts';
import { html, type Markup } from './markup.ts';
import type { HostFinding } from './newest.ts';
import { counted, severityMark } from './words.ts';

type Group = readonly [HostFinding, ...HostFinding[]];

/** What a finding is filtered by: waived ones are neither failed nor passed. */
export function standingOf({ status, waiver }: Finding): string {
  return waiver === undefined ? status : 'waived';
}

/** The open findings, check by check, the worst first; all others folded. Hosts are named where there are `several`. */
export function findingsPart(findings: readonly HostFinding[], filter: Markup, several: boolean): Markup {
  const open = findings.filter(({ finding }) => isOpen(finding));
  const others = findings.filter(({ finding }) => !isOpen(finding));
  const ask = others.length === 1 ? 'asks' : 'ask';
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    ${filter}
    ${
      open.length === 0
        ? html`<p class="none-open">Nothing is open.</p>`
        : groupsOf(open).map((group) => openCheck(group, several))
    }
    <details class="others" id="others">
      <summary>${counted(others.length, 'finding')} that ${ask} for nothing: passed, skipped, fixed, waived</summary>
      ${others.length === 0 ? null : othersTable(others, several)}
    </details>
  </section> `;
}

/** The findings of one check on all hosts stand together. */
function groupsOf(findings: readonly HostFinding[]): readonly Group[] {
  const groups = new Map<string, [HostFinding, ...HostFinding[]]>();
  for (const one of findings) {
    const group = groups.get(one.finding.id);
    if (group === undefined) groups.set(one.finding.id, [one]);
    else group.push(one);
  }
  const rank = ([{ finding }]: Group): number => severities.indexOf(finding.severity);
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b) || b.length - a.length);
}

/** Columns, by the same names their widths go by. */
function headings(names: readonly string[]): Markup {
  return html`<colgroup>
      ${names.map((name) => html`<col class="${name}" />`)}
    </colgroup>
    <thead>
      <tr>
        ${names.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>`;
}

function openCheck(group: Group, several: boolean): Markup {
  const { severity, title, id, remediation } = group[0].finding;
  // what could not be seen is not to be put right
  const isSeen = group.some(({ finding }) => finding.status !== 'unknown');
  return html`<section class="check">
    <h3>${severityMark(severity)} ${title} <code>${id}</code></h3>
    ${isSeen ? html`<p class="do"><span class="label">Do</span> ${remediation}</p>` : ''}
    <table class="stack">
      ${headings([...(several ? ['host'] : []), 'subject', 'status', 'found', 'expected'])}
      <tbody>
        ${group.map((one) => openRow(one, several))}
      </tbody>
    </table>
  </section> `;
}

function openRow({ host, finding }: HostFinding, several: boolean): Markup {
  const { subject, status, change, actual, running, expected, file, evidence } = finding;
  const found = actual ?? running ?? evidence?.split('\n')[0] ?? '';
  const more: readonly (readonly [string, Markup])[] = [
    ...(running !== undefined && actual !== undefined ? [['running', html`${running}`] as const] : []),
    ...(file === undefined ? [] : [['file', html`<code>${file}</code>`] as const]),
    ...(evidence === undefined || evidence === found ? [] : [['evidence', html`<pre>${evidence}</pre>`] as const]),
  ];
  const folded =
    more.length === 0
      ? null
      : html`<details>
          <summary>evidence</summary>
          <dl>
            ${more.map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>
        </details>`;
  return html`<tr ${attributes(host, finding)}>
    ${naming(host, subject, several)}
    <td class="status" data-label="status">${status}${changed(change)}</td>
    <td class="found" data-label="found">${found}${folded}</td>
    <td class="expected" data-label="expected">${expected}</td>
  </tr> `;
}

/** What a row is of: the host and its subject, or the subject alone. */
function naming(host: string, subject: string, several: boolean): Markup {
  return several
    ? html`<th scope="row" class="host" data-label="host">${host}</th>
        <td class="subject" data-label="subject">${subject}</td>`
    : html`<th scope="row" class="subject" data-label="subject">${subject}</th>`;
}

function othersTable(findings: readonly HostFinding[], several: boolean): Markup {
  const sorted = findings.toSorted((a, b) => order(a.finding.id, b.finding.id));
  return html`<table class="stack">
    ${headings([...(several ? ['host'] : []), 'subject', 'status', 'check', 'found'])}
    <tbody>
      ${sorted.map(({ host, finding }) => {
        const { title, id, subject, change, actual, running, evidence, waiver } = finding;
        const found =
          waiver === undefined
            ? (actual ?? running ?? evidence?.split('\n')[0])
            : `${waiver.owner}, until ${waiver.expires.slice(0, 10)}: ${waiver.reason}`;
        return html`<tr ${attributes(host, finding)}>
          ${naming(host, subject, several)}
          <td class="status" data-label="status">${standingOf(finding)}${changed(change)}</td>
          <td class="check-name" data-label="check">${title} <code>${id}</code></td>
          <td class="found" data-label="found">${found}</td>
        </tr> `;
      })}
    </tbody>
  </table> `;
}

const order = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);

function attributes(host: string, finding: Finding): Markup {
  const { severity, family, change } = finding;
  return html`data-status="${standingOf(finding)}" data-severity="${severity}" data-family="${family}"
  data-host="${host}" data-change="${change ?? ''}"`;
}

function changed(change: Finding['change']): Markup | null {
  if (change === undefined || change === 'still') return null;
  return html` <span class="change ${change}">${change === 'newly-unknown' ? 'newly unknown' : change}</span>`;
}
