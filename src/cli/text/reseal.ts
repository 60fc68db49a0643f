import type { Recipient } from '../../age/recipient.ts';
import type { Rotated } from '../../keys/rotate.ts';
import type { Resealed } from '../../reseal/carry-out.ts';
import { planDocument, type PlannedFile, type ResealPlan } from '../../reseal/plan.ts';
import type { Settled } from '../../reseal/unfinished.ts';
import type { Style } from '../../ui/style.ts';

/** A change of recipients, or its plan, for `--json`. */
export function resealDocument(resealed: Resealed): Record<string, unknown> {
  const { verdict, id, files, recipients, proven, unproven, removed, cards, settled, unfinished, elsewhere } = resealed;
  return {
    ...{ verdict, transaction: id, resealed: files },
    recipients: recipients.map(({ type, text, fingerprint }) => ({ type, recipient: text, fingerprint })),
    plan: planDocument(resealed.plan),
    ...{ proven, unproven, removedKeysTried: removed, cards, settled, unfinished, oldCopies: elsewhere },
  };
}

/** What is going to happen, file by file. */
export function resealPlanText(plan: ResealPlan, recipients: readonly Recipient[], style: Style): string {
  const { files, links, count } = plan;
  return [
    ...recipients.map(({ text, fingerprint }) => `recipient  ${shown(text, fingerprint)}\n`),
    ...Array.from(files, (planned) => fileLine(planned, style)),
    ...links.map((path) => `${style.warn('-')} ${path}  a link, passed over\n`),
    `${count.changes} of ${count.files} files to be sealed anew\n`,
  ].join('');
}

function fileLine({ file, become, reason }: PlannedFile, style: Style): string {
  const now = file.known?.join(', ') ?? file.stanzas.join(', ');
  if (become === null) {
    return reason === null
      ? `= ${file.path}  has them already\n`
      : `${style.warn('-')} ${file.path}  left: ${reason}\n`;
  }
  const cards = file.cards.map((card) => `\n    card ${card}`).join('');
  return `${style.good('~')} ${file.path}  from ${now}${cards}\n`;
}

function shown(text: string, fingerprint: string): string {
  return text === '' || text.length > 120 ? fingerprint : text;
}

/** What was done, and what stays true of old ciphertext. */
export function resealText(resealed: Resealed, style: Style): string {
  const { verdict, plan, recipients, unfinished } = resealed;
  const head = [...resealed.settled.map((one) => settledLine(one, style)), ...unfinished.map(unfinishedLine)].join('');
  if (verdict === 'declined') return `${head}declined; no file was touched\n`;
  if (verdict === 'finished') return head;
  if (verdict === 'planned')
    return `${head}${resealPlanText(plan, recipients, style)}${elsewhereText(resealed, style)}`;
  if (verdict === 'nothing-to-do') {
    const left: string[] = [];
    for (const planned of plan.files) if (planned.reason !== null) left.push(fileLine(planned, style));
    return `${head}${left.join('')}nothing to do: ${plan.count.files - left.length} files have these recipients\n${elsewhereText(resealed, style)}`;
  }
  return `${head}${doneText(resealed, style)}${elsewhereText(resealed, style)}`;
}

function doneText({ id, files, recipients, proven, unproven, removed, cards }: Resealed, style: Style): string {
  return [
    `${style.good('sealed anew')}  ${files} ${files === 1 ? 'file' : 'files'}, transaction ${id}\n`,
    ...recipients.map(({ text, fingerprint }) => `recipient    ${shown(text, fingerprint)}\n`),
    ...Object.entries(proven).map(
      ([key, count]) => `${style.good('opens')}        ${count} ${count === 1 ? 'file' : 'files'} with ${key}\n`,
    ),
    ...unproven.map((key) => `${style.warn('not tried')}    ${key}: its key was not given\n`),
    ...(removed > 0
      ? [
          `${style.good('removed')}      ${removed === 1 ? 'the key' : `${removed} keys`} tried on each new file, ${removed === 1 ? 'opens' : 'open'} none\n`,
        ]
      : []),
    ...cards.map(({ path, fingerprint }) => `card         ${path}  now ${fingerprint}\n`),
  ].join('');
}

function elsewhereText({ elsewhere }: Resealed, style: Style): string {
  if (elsewhere.length === 0) return '';
  const lines = elsewhere.map(({ path, what, opensWith }) => {
    const keys = opensWith.length === 0 ? '' : `, opens with ${opensWith.join(', ')}`;
    return `  ${path}  ${what}${keys}\n`;
  });
  return `${style.warn('still there')}  what the new recipients are not alone to open, as far as is known here:\n${lines.join('')}`;
}

function settledLine({ id, startedAt, outcome, files }: Settled, style: Style): string {
  const what =
    outcome === 'finished' ? `was completed: ${files} files` : 'had replaced nothing; what it had staged is removed';
  return `${style.heading('earlier run')}  ${id} of ${startedAt} ${what}\n`;
}

function unfinishedLine(id: string): string {
  return `earlier run  ${id} did not end; without --plan it is settled first\n`;
}

/** A rotation, or its plan, for `--json`. */
export function rotatedDocument(rotated: Rotated): Record<string, unknown> {
  const { recipient, oldFingerprint, identityFile, retired } = rotated;
  return { recipient, oldFingerprint, identityFile, retired, ...resealDocument(rotated) };
}

/** What became of a key. */
export function rotatedText(rotated: Rotated, style: Style): string {
  const { verdict, recipient, identityFile, retired, oldFingerprint } = rotated;
  if (verdict === 'declined') return 'declined; the key and all files are as they were\n';
  if (recipient === null || retired === null) return resealText(rotated, style);
  return [
    `${style.good('new key')}      ${identityFile}\n`,
    `recipient    ${recipient}\n`,
    `old key      ${retired}  ${oldFingerprint}\n`,
    resealText(rotated, style),
    'Give the new recipient to everybody who seals to this key. What is sealed to the old one elsewhere, its shares\n',
    'among trustees included, still opens with the old one.\n',
  ].join('');
}
