import { severities } from '../../severity.ts';
import { html, trusted, type Markup } from './markup.ts';
import { totalOf, type TrendPoint } from './newest.ts';
import { counted, countsInWords, moment, severityMark } from './words.ts';

/** Units of the drawing; it is stretched to the page, its lines are not. */
const [width, height] = [1000, 200];

/** Open findings over time: a drawing, and the same as figures. Nothing when there is no time between reports. */
export function trendPart(points: readonly TrendPoint[]): Markup {
  const [first, last] = [points[0], points.at(-1)];
  const title = html`<h2 id="trend">Trend</h2> `;
  if (first === undefined || last === undefined || points.length < 2)
    return html`<section aria-labelledby="trend">
      ${title}
      <p class="quiet">A trend begins with the second report.</p>
    </section> `;
  const most = Math.max(1, ...points.map(({ open }) => totalOf(open)));
  const of = ({ open, hosts }: TrendPoint): string =>
    last.hosts === 1 ? String(totalOf(open)) : `${totalOf(open)} (${counted(hosts, 'host')})`;
  const said = `Open findings went from ${of(first)} to ${of(last)}, at most ${most}.`;
  const used = severities.filter((severity) => points.some(({ open }) => open[severity] > 0));
  return html`<section aria-labelledby="trend">
    ${title}
    <figure class="trend">
      <figcaption>${said} ${counted(points.length, 'run')}.</figcaption>
      <div class="chart">
        <span class="most">${most}</span><span class="none">0</span>
        <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${said}">
          ${drawing(points, most)}
        </svg>
        <span class="from">${moment(first.at)}</span><span class="to">${moment(last.at)}</span>
      </div>
      <p class="legend">
        ${used.length === 0 ? 'nothing was open' : used.toReversed().map((one) => html`${severityMark(one)} `)}
      </p>
      <details class="figures">
        <summary>Figures</summary>
        <div class="wide" tabindex="0" role="region" aria-label="Figures of the trend">
          <table>
            <thead>
              <tr>
                <th scope="col">after</th>
                ${severities.map((one) => html`<th scope="col" class="number">${one}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${points.toReversed().map(
                ({ at, open }) =>
                  html`<tr>
                    <th scope="row">${moment(at)}</th>
                    ${severities.map((one) => html`<td class="number">${open[one]}</td>`)}
                  </tr> `,
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  </section> `;
}

/** Steps, one severity upon the other, the worst at the bottom; a title for each time between two runs. */
function drawing(points: readonly TrendPoint[], most: number): Markup {
  const [from, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  // what holds since the last run has a width, too
  const to = last + (last - from) / 40;
  const x = (at: number): number => Math.round(((at - from) / (to - from)) * width * 10) / 10;
  const y = (count: number): number => Math.round((1 - count / most) * height * 10) / 10;
  const below = points.map(() => 0);
  const areas = severities.map((severity) => {
    const lower = [...below];
    for (const [index, { open }] of points.entries()) below[index] = (below[index] ?? 0) + open[severity];
    const path = `M${steps(points, below, x, y)} L${steps(points, lower, x, y).split(' ').toReversed().join(' ')} Z`;
    return html`<path class="s-${severity}" d="${trusted(path)}" /> `;
  });
  const times = points.map(({ at, open }, index) => {
    const next = points[index + 1]?.at ?? to;
    const words = `${new Date(at).toISOString().slice(0, 10)}: ${countsInWords(open) || 'nothing open'}`;
    return html`<rect class="time" x="${x(at)}" y="0" width="${Math.max(0, x(next) - x(at))}" height="${height}"
      ><title>${words}</title></rect
    > `;
  });
  return html`${areas}<line class="axis" x1="0" y1="${height}" x2="${width}" y2="${height}" /> ${times}`;
}

/** The corners of a stair from left to right: a count holds until the next run. */
function steps(
  points: readonly TrendPoint[],
  counts: readonly number[],
  x: (at: number) => number,
  y: (count: number) => number,
): string {
  const corners = points.flatMap(({ at }, index) => [
    ...(index === 0 ? [] : [`${x(at)},${y(counts[index - 1] ?? 0)}`]),
    `${x(at)},${y(counts[index] ?? 0)}`,
  ]);
  return [...corners, `${width},${y(counts.at(-1) ?? 0)}`].join(' ');
}
