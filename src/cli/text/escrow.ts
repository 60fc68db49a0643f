import type { Checked } from '../../keys/escrow/check.ts';
import type { InspectedShare } from '../../keys/escrow/inspect.ts';
import type { Proof } from '../../keys/escrow/recover.ts';
import type { Reshared } from '../../keys/escrow/reshare.ts';
import type { MadeSet } from '../../keys/escrow/write-set.ts';
import type { Style } from '../../ui/style.ts';

/** A set that was made, for `--json`. */
export function madeSetDocument({ record, recordFile, sealed, pages }: MadeSet): Record<string, unknown> {
  const { set, threshold, total, recipient, fingerprint, createdAt, shares } = record;
  return { set, threshold, total, recipient, fingerprint, createdAt, shares, recordFile, sealed, pages };
}

/** A set that was made, for people. */
export function madeSetText({ record, recordFile, sealed, pages }: MadeSet, style: Style): string {
  const { set, threshold, total, recipient, fingerprint, shares } = record;
  const files = (index: number): string =>
    [...sealed, ...pages].filter((path) => path.includes(`${set}-${index}-`)).join('\n                ');
  return [
    `set             ${style.heading(set)}\n`,
    `key             ${recipient.length > 100 ? fingerprint : recipient}\n`,
    `record          ${recordFile}\n`,
    ...shares.map(({ index, trustee }) => `${`share ${index} ${trustee}`.padEnd(15)} ${files(index)}\n`),
    `${style.good('proven')}          any ${threshold} of the ${total} shares give the key back\n`,
  ].join('');
}

/** What stays true of the set that was replaced. */
export function oldSetText({ oldSet, oldThreshold }: Reshared, style: Style): string {
  return `${style.warn('old set')}         ${oldSet}: any ${oldThreshold} of its shares still recover the key; have them destroyed\n`;
}

/** One share as `inspect` tells of it. */
export function inspectedText(share: InspectedShare, style: Style): string {
  const { name, sealed, says, set, index, threshold, total, trustee, recipients, sha256, matchesRecord } = share;
  const bases = { share: '', record: '', name: ' (its name says so; nothing proves it)', nothing: '' } as const;
  const of = total === null ? '' : ` of ${total}, threshold ${threshold}`;
  const rows: readonly (readonly [string, string])[] = [
    ['form', sealed ? 'sealed' : style.warn('in clear')],
    ['set', set === null ? 'not known without a key' : `${set}${bases[says]}`],
    ...(index === null ? [] : [['share', `${index}${of}`] as const]),
    ...(trustee === null ? [] : [['trustee', trustee] as const]),
    ...recipients.map(({ type, tag }) => ['sealed to', tag === undefined ? type : `${type} ${tag}`] as const),
    ['sha256', sha256],
    ...(matchesRecord === null
      ? []
      : [['record', matchesRecord ? style.good('the file it names') : style.bad('does not name this file')] as const]),
  ];
  return `${style.heading(name)}\n${rows.map(([key, value]) => `  ${key.padEnd(10)} ${value}\n`).join('')}`;
}

/** One share as `check` judges it. */
export function checkedText(share: Checked, style: Style): string {
  const { name, verdict, problem, set, index, threshold, total, trustee } = share;
  if (problem !== null) return `${style.bad(verdict.replace('-', ' '))}  ${style.heading(name)}\n  ${problem}\n`;
  const whose = trustee === null ? '' : ` of ${trustee}`;
  return `${style.good('whole')}  ${style.heading(name)}\n  share ${index}${whose}, of set ${style.heading(set ?? '')}: ${total} shares, threshold ${threshold}\n`;
}

/** A recovery, which proved more than it shows: the key itself is not in it. */
export function proofText({ set, threshold, recipient, fingerprint, shares, output }: Proof, style: Style): string {
  const used = shares.map(({ index, name, trustee }) => `share ${index}          ${trustee ?? name}\n`);
  return [
    `set              ${style.heading(set)}\n`,
    ...used,
    `${style.good('proven')}           ${shares.length} shares (threshold ${threshold}) give the key recorded at the split\n`,
    `key              ${recipient.length > 100 ? fingerprint : recipient}\n`,
    output === null ? 'The key was in memory only and is gone; -o FILE writes it.\n' : `private key      ${output}\n`,
  ].join('');
}
