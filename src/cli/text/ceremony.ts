import type { Held } from '../../ceremony/close.ts';
import type { CeremonyPlan } from '../../ceremony/hold.ts';
import type { Style } from '../../ui/style.ts';

/** What a ceremony would do from here on. */
export function ceremonyPlanText({ surroundings, steps }: CeremonyPlan, style: Style): string {
  const judged = surroundings.map(({ title, holds, accepted, found }) => {
    const verdict = holds ? style.good('yes') : accepted ? style.warn('NO, accepted') : style.bad('NO');
    return `${title}: ${verdict}: ${found}\n`;
  });
  const listed = steps.map(({ title, done }) => `${done ? `  ${style.dim('done')}` : '+     '} ${title}\n`);
  return [...judged, '\n', ...listed, 'planned; nothing was done\n'].join('');
}

/** A ceremony that is closed, and what is left to do by hand. */
export function heldText({ transcript, document, page, journalHead }: Held, style: Style): string {
  const made = transcript.keys.filter(({ origin }) => origin.startsWith('made here')).map(({ name }) => name);
  return [
    `${style.good('closed')}        ceremony ${style.heading(transcript.id)}, ${transcript.steps.length} steps agreed to by both\n`,
    ...transcript.identities.map(
      ({ name, kind, publicId, cardFingerprint }) =>
        `identity      ${name}: ${kind} ${publicId}, card ${cardFingerprint}\n`,
    ),
    ...(transcript.escrow === null ? [] : [`escrow set    ${transcript.escrow.set}\n`]),
    `transcript    ${document.path}\n              sha256 ${document.sha256}\n`,
    `page          ${page.path}\n              sha256 ${page.sha256}\n`,
    `journal head  ${journalHead === null ? 'none' : `${journalHead.seq} ${journalHead.hash}`}\n`,
    '\nPrint the page, write the journal head on it by hand, sign it both.\n',
    ...(made.length === 0
      ? []
      : [
          `The keys ${made.join(', ')} are in memory only: what shall outlive this machine must leave it now, sealed.\n`,
        ]),
  ].join('');
}
