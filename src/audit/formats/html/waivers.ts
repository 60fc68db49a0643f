import type { AuditReport, ReportedWaiver } from '../../report.ts';
import { html, type Markup } from './markup.ts';
import { moment } from './words.ts';

const states = { applied: 'in use', unused: 'not needed', expired: 'over' } as const;

/** Every waiver of the reports, once for each host, the one that ends first on top. Nothing when there are none. */
export function waiversPart(reports: readonly AuditReport[]): Markup | null {
  const all = new Map<string, { readonly host: string; readonly waiver: ReportedWaiver }>();
  const rank = { unused: 0, applied: 1, expired: 2 };
  for (const { host, waivers } of reports)
    for (const waiver of waivers) {
      const key = JSON.stringify([host, waiver.check, waiver.subject, waiver.expires, waiver.owner, waiver.reason]);
      const before = all.get(key);
      // what one checklist does not need, another may
      if (before === undefined || rank[waiver.state] > rank[before.waiver.state]) all.set(key, { host, waiver });
    }
  if (all.size === 0) return null;
  const rows = [...all.values()].toSorted((a, b) => Date.parse(a.waiver.expires) - Date.parse(b.waiver.expires));
  return html`<section aria-labelledby="waivers">
    <h2 id="waivers">Waivers</h2>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">host</th>
          <th scope="col">check</th>
          <th scope="col">subject</th>
          <th scope="col">state</th>
          <th scope="col">until</th>
          <th scope="col">owner</th>
          <th scope="col">reason</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ host, waiver }) =>
            html`<tr>
              <th scope="row" data-label="host">${host}</th>
              <td data-label="check"><code>${waiver.check}</code></td>
              <td data-label="subject">${waiver.subject}</td>
              <td data-label="state">
                <span class="${waiver.state === 'expired' ? 'alarm' : 'plain'}">${states[waiver.state]}</span>
              </td>
              <td data-label="until">${moment(waiver.expires)}</td>
              <td data-label="owner">${waiver.owner}</td>
              <td data-label="reason">${waiver.reason}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </section> `;
}
