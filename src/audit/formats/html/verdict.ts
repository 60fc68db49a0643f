import type { AuditReport } from '../../report.ts';
import { isOpen } from '../../severity.ts';
import type { Surroundings } from '../../surroundings.ts';
import { html, type Markup } from './markup.ts';
import { openCounts, totalOf, type HostFinding } from './newest.ts';
import { counted, countsInWords, listed } from './words.ts';

/** The one sentence that a reader takes along, and what qualifies it. */
export interface Verdict {
  readonly tone: 'good' | 'open';
  readonly sentence: string;
  readonly further: readonly string[];
}

/** Judges the page as a whole: a host of which nothing is known lately is not called well. */
export function verdictOf(
  reports: readonly AuditReport[],
  findings: readonly HostFinding[],
  { standings, remarks }: Surroundings,
): Verdict {
  const hosts = [...new Set(reports.map(({ host }) => host))];
  const open = findings.filter(({ finding }) => isOpen(finding));
  const needing = new Set(open.map(({ host }) => host)).size;
  const late = new Set(reports.filter((one) => standings.get(one)?.late !== undefined).map(({ host }) => host)).size;
  const silent = remarks.filter(({ kind }) => kind === 'silent').length;
  const refused = remarks.filter(({ kind }) => kind === 'refused' || kind === 'contradicts').length;
  const damaged = remarks.filter(({ kind }) => kind === 'damaged').length;
  const broken = reports.filter((one) => standings.get(one)?.signature?.state === 'broken').length;
  const waived = findings.filter(({ finding }) => finding.waiver !== undefined).length;
  const seen = findings.some(({ finding }) => finding.status !== 'skip');
  const counts = openCounts(findings.map(({ finding }) => finding));
  const doubts = [
    ...(seen ? [] : ['nothing was looked at']),
    ...(late > 0 ? [`${counted(late, 'host')} not looked at in time`] : []),
    ...(silent > 0 ? [`no report of ${counted(silent, 'declared host')}`] : []),
    ...(refused > 0 ? [`${counted(refused, 'report')} refused`] : []),
    ...(damaged > 0 ? [`${counted(damaged, 'file')} damaged`] : []),
    ...(broken > 0 ? [`${counted(broken, 'signature')} broken`] : []),
  ];
  return {
    tone: open.length === 0 && doubts.length === 0 ? 'good' : 'open',
    sentence: sentenceOf(hosts, needing, doubts.length > 0),
    further: [
      ...(totalOf(counts) > 0 ? [`Open: ${countsInWords(counts)}.`] : []),
      ...(waived > 0 ? [`${counted(waived, 'finding')} waived.`] : []),
      ...(doubts.length > 0 ? [`${capital(listed(doubts))}.`] : []),
    ],
  };
}

function sentenceOf(hosts: readonly string[], needing: number, doubtful: boolean): string {
  const [only] = hosts;
  if (only === undefined) return 'There is no report.';
  if (hosts.length === 1) {
    if (needing === 0)
      return doubtful ? `Nothing is open on ${only}, as far as was seen.` : `${only} is as it should be.`;
    return `${only} needs attention.`;
  }
  if (needing === 0)
    return doubtful ? 'Nothing is open, as far as was seen.' : `All ${hosts.length} hosts are as they should be.`;
  return `${needing} of ${hosts.length} hosts ${needing === 1 ? 'needs' : 'need'} attention.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The head of the page: the verdict first. */
export function verdictPart(verdict: Verdict, subtitle: Markup): Markup {
  return html`<header class="verdict ${verdict.tone}">
    <p class="kicker">Audit</p>
    <h1>${verdict.sentence}</h1>
    ${verdict.further.map((text) => html`<p class="further">${text}</p> `)}
    <p class="subtitle">${subtitle}</p>
  </header> `;
}
