import type { AuditReport } from '../../report.ts';
import type { Signature, Surroundings } from '../../surroundings.ts';
import { html, type Markup } from './markup.ts';
import { age, moment } from './words.ts';

const columns = ['fail', 'unknown', 'due', 'pass', 'skip', 'waived'] as const;

/** Every report on the page, in the order given: how old it is, who signed it, what it rests on. */
export function reportsPart(reports: readonly AuditReport[], { now, standings }: Surroundings): Markup {
  const row = (report: AuditReport): Markup => {
    const { host, checklist, startedAt, summary } = report;
    const { late, signature } = standings.get(report) ?? {};
    return html`<tr>
      <th scope="row" data-label="host">${host}</th>
      <td class="plain-words" data-label="checklist">${checklist}</td>
      <td data-label="asked">
        ${moment(startedAt)}
        <span class="${late === undefined ? 'quiet' : 'alarm'}"
          >${late === undefined ? age(startedAt, now) : `late: ${late}`}</span
        >
      </td>
      <td class="plain-words" data-label="signature">
        ${signature === undefined ? html`<span class="quiet">not stored here</span>` : signed(signature)}
      </td>
      ${columns.map((status) => html`<td class="number" data-label="${status}">${summary[status]}</td>`)}
      <td data-label="rests on">${provenance(report, signature)}</td>
    </tr> `;
  };
  return html`<section aria-labelledby="reports">
    <h2 id="reports">Reports</h2>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">host</th>
          <th scope="col">checklist</th>
          <th scope="col">asked</th>
          <th scope="col">signature</th>
          ${columns.map((status) => html`<th scope="col" class="number">${status}</th>`)}
          <th scope="col">rests on</th>
        </tr>
      </thead>
      <tbody>
        ${reports.map(row)}
      </tbody>
    </table>
  </section> `;
}

function signed(signature: Signature): Markup {
  switch (signature.state) {
    case 'own':
      return html`by this home`;
    case 'verified':
      return html`verified`;
    case 'first-seen':
      return html`<span class="warn">key first seen now</span>`;
    case 'unsigned':
      return html`<span class="warn">not signed</span>`;
    case 'broken':
      return html`<span class="alarm">broken: ${signature.reason}</span>`;
  }
}

function provenance({ journalHead, policy, tool, durationMs }: AuditReport, signature: Signature | undefined): Markup {
  const key = signature !== undefined && 'key' in signature ? signature.key : undefined;
  return html`<details>
    <summary>provenance</summary>
    <dl>
      <dt>journal head</dt>
      <dd>${journalHead === null ? 'none' : html`${journalHead.seq} <code>${journalHead.hash}</code>`}</dd>
      <dt>policy</dt>
      <dd>${policy.profile} <code>${policy.digest}</code></dd>
      ${
        key === undefined
          ? null
          : html`<dt>signed by</dt>
              <dd><code>${key}</code></dd> `
      }
      <dt>tool</dt>
      <dd>${tool}, ${durationMs} ms</dd>
    </dl>
  </details>`;
}
