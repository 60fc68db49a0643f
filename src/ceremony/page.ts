import type { Transcript } from './transcript.ts';

/**
 * The transcript as one HTML page to print and sign, UTF-8, without scripts and without anything to
 * load. `sha256` is that of the transcript's JSON file, lowercase hex.
 */
export function renderTranscript(transcript: Transcript, sha256: string): Uint8Array {
  const { id, operator, witness, startedAt, writtenAt, sittings, keys, identities, escrow, steps, media, journalHead } =
    transcript;
  const title = `Key ceremony ${id}`;
  const head = journalHead === null ? 'none' : `entry ${journalHead.seq}, ${journalHead.hash}`;
  return new TextEncoder().encode(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${style}</style></head><body>
<h1>${escaped(title)}</h1>
${table('', [
  ['Operator', operator],
  ['Witness', witness],
  ['Begun', startedAt],
  ['Written', writtenAt],
  ['transcript.json', `sha256 ${sha256}`],
  ['Journal head', head],
])}
<p>Nothing on this page is secret. The journal of this machine must contain the entry above for ever after:
<code>valops journal verify --head transcript.json</code></p>
${sittings
  .map(({ at, host, user, tool, surroundings }, index) =>
    table(`Sitting ${index + 1}: ${at}, ${user} on ${host}, ${tool}`, [
      ...surroundings.map(
        ({ title, holds, found, accepted }) =>
          [title, `${holds ? 'yes' : accepted ? 'NO, accepted' : 'NO'}: ${found}`] as const,
      ),
    ]),
  )
  .join('\n')}
${table(
  'Keys',
  keys.map(({ name, origin, fingerprint }) => [name, `${fingerprint}, ${origin}`]),
)}
${identities
  .map(({ name, kind, publicId, cardFingerprint, sha256 }) =>
    table(`Identity ${name}`, [
      ['Kind', kind],
      ['Public id', publicId],
      ['Card fingerprint', cardFingerprint],
      ['Sealed file', `sha256 ${sha256}`],
    ]),
  )
  .join('\n')}
${
  escrow === null
    ? ''
    : table('Escrow', [
        ['Key', escrow.key],
        ['Set', escrow.set],
        ['Trustees', `${escrow.trustees.join(', ')}; any ${escrow.threshold} recover it`],
      ])
}
${files('Media going in', media.in)}
${files('Media going out', media.out)}
${steps
  .map(({ title, doneAt, lines, agreed }, index) =>
    table(`Step ${index + 1}: ${title}`, [
      ...(title.startsWith('media') ? [] : lines),
      [
        'Agreed',
        `${agreed.operator} and ${agreed.witness}, ${agreed.by === 'typed' ? 'typed' : 'by the file of answers, nobody typed it'}, ${doneAt}`,
      ],
    ]),
  )
  .join('\n')}
<h2>Signed</h2>
<p>We were both there from begin to end, and what this page says is what we saw. Journal head, copied by hand from the screen:</p>
<p class="line">entry ________ hash ________________________________________________________________</p>
<p class="line">${escaped(operator)} ______________________________ date ____________</p>
<p class="line">${escaped(witness)} ______________________________ date ____________</p>
</body></html>
`);
}

const style =
  'body{font:10pt/1.4 sans-serif;margin:2em;max-width:52em}h1{font-size:15pt}h2{font-size:11pt;margin:1.2em 0 .2em}' +
  'table{border-collapse:collapse;width:100%;break-inside:avoid}td{border-top:1px solid #999;padding:.15em .4em;vertical-align:top}' +
  'td:first-child{width:11em}td+td{font-family:monospace;overflow-wrap:anywhere}.line{margin-top:2em}@page{margin:15mm}';

type Row = readonly [name: string, value: string];

function table(title: string, rows: readonly Row[]): string {
  const heading = title === '' ? '' : `<h2>${escaped(title)}</h2>\n`;
  return `${heading}<table>${rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join('\n')}</table>`;
}

function files(title: string, list: readonly { readonly path: string; readonly sha256: string }[]): string {
  return table(title, list.length === 0 ? [['none', '']] : list.map(({ path, sha256 }) => [path, sha256]));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
