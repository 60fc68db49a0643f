import { severities } from '../../severity.ts';
import { html, type Markup } from './markup.ts';
import type { HostFinding } from './newest.ts';
import { standingOf } from './findings.ts';

/** The filter of the findings: shown by the script, as it does nothing without it. */
export function filterPart(findings: readonly HostFinding[]): Markup {
  const values = (of: (one: HostFinding) => string | undefined): readonly string[] =>
    [...new Set(findings.map(of))].filter((one) => one !== undefined);
  const statuses = ['open', ...values(({ finding }) => standingOf(finding))];
  const changes = values(({ finding }) => finding.change);
  const present = values(({ finding }) => finding.severity);
  return html`<form id="filter" class="filter" role="search" aria-label="Filter findings" hidden>
    ${select('status', statuses)}${select('change', changes)}${select(
      'severity',
      severities.filter((one) => present.includes(one)),
    )}${select('family', values(({ finding }) => finding.family).toSorted())}${select('host', values(({ host }) => host).toSorted())}<label
      >text <input type="search" name="text" autocomplete="off" spellcheck="false"
    /></label>
    <button type="reset">show all</button>
    <output id="shown" aria-live="polite"></output>
  </form> `;
}

/** Nothing where there is nothing to choose. */
function select(name: string, values: readonly string[]): Markup | null {
  if (values.length < 2) return null;
  return html`<label
    >${name}
    <select name="${name}">
      <option value="">any</option>
      ${values.map(
        (value) => html`<option value="${value}">${value === 'newly-unknown' ? 'newly unknown' : value}</option>`,
      )}
    </select></label
  > `;
}
