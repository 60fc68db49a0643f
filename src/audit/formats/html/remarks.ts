import type { Remark } from '../../surroundings.ts';
import { html, type Markup } from './markup.ts';
import { counted } from './words.ts';

const words: Readonly<Record<Remark['kind'], string>> = {
  refused: 'refused',
  contradicts: 'contradicts',
  damaged: 'damaged',
  silent: 'no report',
  pinned: 'key pinned now',
  duplicate: 'duplicate',
  older: 'older',
};

/** What became of files and hosts that the findings do not tell of. Nothing when all is as it should be. */
export function remarksPart(remarks: readonly Remark[]): Markup | null {
  if (remarks.length === 0) return null;
  const minor = remarks.filter(({ kind }) => kind === 'older' || kind === 'duplicate');
  const major = remarks.filter((one) => !minor.includes(one));
  return html`<section aria-labelledby="remarks">
    <h2 id="remarks">Files and hosts</h2>
    ${major.length === 0 ? null : table(major)}${
      minor.length === 0
        ? null
        : html`<details>
            <summary>${counted(minor.length, 'further file')}: older reports and duplicates</summary>
            ${table(minor)}
          </details> `
    }
  </section> `;
}

function table(remarks: readonly Remark[]): Markup {
  return html`<table class="stack">
    <thead>
      <tr>
        <th scope="col">state</th>
        <th scope="col">file or host</th>
        <th scope="col">why</th>
      </tr>
    </thead>
    <tbody>
      ${remarks.map(
        ({ kind, subject, text }) =>
          html`<tr>
            <td data-label="state">
              <span
                class="${kind === 'refused' || kind === 'contradicts' || kind === 'damaged' || kind === 'silent' ? 'alarm' : 'plain'}"
                >${words[kind]}</span
              >
            </td>
            <th scope="row" data-label="file or host">${subject}</th>
            <td data-label="why">${text}</td>
          </tr> `,
      )}
    </tbody>
  </table> `;
}
