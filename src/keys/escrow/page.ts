import { renderSVG } from 'uqr';
import { renderLines } from './lines.ts';
import type { ShareLabel } from './share-file.ts';
import { encodeShare, type Share } from './share.ts';

const style = `body{font:11pt/1.4 serif;max-width:17cm;margin:1cm auto;color:#000;background:#fff}
h1{font-size:16pt}table{border-collapse:collapse}td{padding:0 1em .2em 0;vertical-align:top}
pre{font:bold 12pt/1.7 monospace;border:1px solid #000;padding:.6em}
td.id{font-family:monospace;word-break:break-all}svg{width:6cm;height:6cm}
@page{size:A4;margin:1.5cm}`;

/**
 * A share as a page to print: one HTML file without scripts and without anything to load. The lines
 * stand in the one element that `readShareText` looks for; the QR code holds the same lines.
 * Whoever reads the page has the share.
 */
export function renderPage(share: Share, label: ShareLabel, fingerprint: string): Uint8Array {
  const bytes = encodeShare(share);
  const lines = renderLines(bytes);
  bytes.wipe();
  const { set, index, threshold, total } = share;
  const rows: readonly (readonly [string, string])[] = [
    ['Trustee', label.trustee],
    ['Set', set],
    ['Share', `${index} of ${total}; any ${threshold} recover the key`],
    // A post-quantum recipient fills a page by itself.
    ['Key', label.recipient.length > 100 ? fingerprint : `${label.recipient} (${fingerprint})`],
    ['Made', `${label.createdAt}, ${label.tool}`],
  ];
  const title = `Escrow share ${index} of ${total}, set ${set}`;
  return new TextEncoder().encode(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${style}</style></head><body>
<h1>${escaped(title)}</h1>
<p><strong>Secret.</strong> Keep this page where nobody else reads it. ${threshold} such pages open
everything that was sealed to the key. One alone opens nothing and tells nothing.</p>
<table>${rows.map(([name, value]) => `<tr><td>${name}</td><td class="id">${escaped(value)}</td></tr>`).join('\n')}</table>
<pre id="share">
${lines.join('\n')}
</pre>
<p>Each line: its number, groups of letters and digits, and three check symbols at the end. There is no I, L, O
or U; small letters will do. The program finds the line, and mostly the symbol, of a typing error.</p>
${renderSVG(lines.join('\n'), { ecc: 'M', border: 4 })}
<p>The QR code holds the lines above. Scan it with nothing that has a network.</p>
<p>To check this page alone: <code>valops keys escrow check --set ${set} -</code>, type the lines, end with Ctrl-D.<br>
To recover with ${threshold - 1} others: <code>valops keys escrow recover --typed</code>.<br>
The set above must be the same on the pages of all trustees.</p>
</body></html>
`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
