import type { Family } from '../../finding.ts';
import { isOpen, severities } from '../../severity.ts';
import { html, type Markup } from './markup.ts';
import type { HostFinding } from './newest.ts';
import { counted } from './words.ts';

/** So many hosts stand beside each other; more of them below each other. */
const abreast = 4;

/** How many findings are open by family and host; the shade is that of the worst. */
export function heatMapPart(findings: readonly HostFinding[], hosts: readonly string[]): Markup {
  const families = [...new Set(findings.map(({ finding }) => finding.family))];
  const cell = (host: string, family: Family): Markup =>
    heatCell(
      findings.filter((one) => one.host === host && one.finding.family === family),
      host,
      family,
    );
  const few = hosts.length <= abreast;
  const shape = hosts.length === 1 ? 'single' : few ? 'few' : 'many';
  const head = few ? hosts : families;
  const rows = few
    ? families.map((family) => ({ name: family, cells: hosts.map((host) => cell(host, family)) }))
    : hosts.map((host) => ({ name: host, cells: families.map((family) => cell(host, family)) }));
  return html`<section aria-labelledby="families">
    <h2 id="families">Families</h2>
    <div class="wide" tabindex="0" role="region" aria-labelledby="families">
      <table class="heat ${shape}">
        <thead>
          <tr>
            <th scope="col">${few ? 'family' : 'host'}</th>
            ${head.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, cells }) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${cells}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    <p class="quiet">
      Open findings; the letter is the worst severity: C critical, H high, M medium, L low, I info. ✓ nothing open, –
      not looked at.
    </p>
  </section> `;
}

function heatCell(findings: readonly HostFinding[], host: string, family: Family): Markup {
  const counting = findings.filter(({ finding }) => finding.status !== 'skip');
  if (counting.length === 0)
    return html`<td class="blank"><span aria-hidden="true">–</span><span class="hear">not looked at</span></td>`;
  const open = counting.filter(({ finding }) => isOpen(finding));
  const worst = severities.find((severity) => open.some(({ finding }) => finding.severity === severity));
  if (worst === undefined)
    return html`<td class="clean">
      <span aria-hidden="true">✓</span><span class="hear">nothing open, ${counting.length} looked at</span>
    </td>`;
  const words = `${family} on ${host}: ${counted(open.length, 'open finding')}, the worst is ${worst}`;
  return html`<td class="heat-${worst}">
    <a href="#findings" data-family="${family}" data-host="${host}" aria-label="${words}"
      >${open.length}<small>${worst.charAt(0).toUpperCase()}</small></a
    >
  </td>`;
}
