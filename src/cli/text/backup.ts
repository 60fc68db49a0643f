import type { Created } from '../../backup/create.ts';
import type { ListedBackup } from '../../backup/list.ts';
import type { Pruned } from '../../backup/prune.ts';
import type { PrunePlan } from '../../backup/prune-plan.ts';
import { days, type BackupsStatus, type HostStatus } from '../../backup/status.ts';
import type { VerifiedBackup } from '../../backup/verify.ts';
import type { Style } from '../../ui/style.ts';

type Row = readonly [string, string];

function rowsText(rows: readonly Row[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(11)} ${value}\n`).join('');
}

/** A backup that was made, or the one that needed no successor. */
export function createdText({ verdict, entry, written }: Created, style: Style): string {
  const said = {
    created: `${style.good('backed up')}: ${written.length} ${written.length === 1 ? 'copy' : 'copies'} written, read back and compared`,
    completed: `${style.good('nothing changed')}: ${written.length} missing ${written.length === 1 ? 'copy' : 'copies'} written`,
    unchanged: `${style.good('nothing changed')}, nothing written`,
  }[verdict];
  const rows: readonly Row[] = [
    ['backup', `${entry.id} of ${entry.host}, ${entry.createdAt}`],
    ...entry.identities.map(({ kind, publicId }): Row => ['identity', `${kind} ${publicId}`]),
    ...entry.recipients.map((one): Row => ['recipient', `${one.class} ${one.type} ${one.fingerprint}`]),
    ...entry.copies.map(({ path }): Row => ['copy', path]),
    ['sha256', entry.sha256],
    ['size', `${entry.size} bytes`],
  ];
  return `${said}\n${rowsText(rows)}`;
}

/** A backup of the catalogue, with its copies as they are now. */
export function listedText(backup: ListedBackup, style: Style): string {
  const { id, host, createdAt, file, size, recipients, identities, copies, proofs } = backup;
  const classes = [...new Set(recipients.map((one) => one.class))].join(', ');
  const rows: readonly Row[] = [
    ['made', `${createdAt}, ${size} bytes, ${file}`],
    ...identities.map(({ kind, publicId }): Row => ['identity', `${kind} ${publicId}`]),
    ['sealed to', `${recipients.length} recipients: ${classes}`],
    ...copies.map(({ path, state }): Row => [
      'copy',
      `${state === 'good' ? style.good(state) : style.bad(state)} ${path}`,
    ]),
    ...proofs.map(({ class: one, passed, at, detail }): Row => {
      return ['proof', passed ? `${one} ${at}` : `${one} ${style.bad('failed')} ${at}: ${detail}`];
    }),
  ];
  return `${style.heading(id)} of ${host}\n${rowsText(rows)}`;
}

/** Whether backups could be relied on, host by host, and what is wrong. */
export function statusText({ hosts, problems }: BackupsStatus, style: Style): string {
  const ends = problems.map(({ message, hint }) => `${style.bad('problem')}: ${message}\n  hint: ${hint}\n`);
  const verdict = problems.length === 0 ? `${style.good('good')}: every copy is there, every proof is fresh\n` : '';
  return `${hosts.map((host) => hostText(host, style)).join('')}${ends.join('')}${verdict}`;
}

function hostText({ host, backups, newest, age, proofs }: HostStatus, style: Style): string {
  const good = newest.copies.filter(({ state }) => state === 'good').length;
  const rows: readonly Row[] = [
    ['newest', `${newest.id}, ${days(age)} old, ${good} of ${newest.copies.length} copies good`],
    ...proofs.map(({ class: one, proof }): Row => {
      if (proof === null) return [one, style.bad('no proof')];
      return [one, `${proof.passed ? style.good('proven') : style.bad('failed')}, ${days(proof.age)} ago`];
    }),
  ];
  return `${style.heading(host)}: ${backups} ${backups === 1 ? 'backup' : 'backups'}\n${rowsText(rows)}`;
}

/** One verified file. */
export function verifiedText(verified: VerifiedBackup, style: Style): string {
  const { path, verdict, problem, where, sha256, size, backup, content } = verified;
  const words = {
    proven: style.good('proven'),
    intact: style.good('intact'),
    unproven: style.warn('unproven'),
    damaged: style.bad('damaged'),
    unreadable: style.bad('unreadable'),
  }[verdict];
  const of = content ?? backup;
  const rows: readonly Row[] = [
    ...(problem === null ? [] : [['problem', problem] as const]),
    ...(where === null ? [] : [['where', where] as const]),
    ...(of === null ? [] : [['backup', `${of.id} of ${of.host}, ${of.createdAt}`] as const]),
    ...(content === null ? [] : [['opened by', content.openedBy] as const]),
    ...(content === null ? [] : [['members', `${content.members}, every byte authentic`] as const]),
    ...(content?.identities ?? []).map(({ kind, publicId, card }): Row => {
      return ['identity', `${kind} ${publicId}, derived again${card ? ', as on its card' : ''}`];
    }),
    ...(sha256 === null ? [] : [['sha256', `${sha256}, ${size} bytes`] as const]),
  ];
  return `${words}  ${style.heading(path)}\n${rowsText(rows)}`;
}

/** What prune would remove and what it keeps, and why. */
export function prunePlanText({ kept, doomed }: PrunePlan, style: Style): string {
  const line = (mark: string, { id, host, createdAt }: PrunePlan['kept'][number]['entry'], reason: string): string =>
    `${mark} ${id} of ${host}, ${createdAt}: ${reason}\n`;
  return [
    ...doomed.map(({ entry, reason }) => line(style.bad('-'), entry, reason)),
    ...kept.map(({ entry, reason }) => line(' ', entry, reason)),
    `${doomed.length} to remove, ${kept.length} to keep\n`,
  ].join('');
}

/** What prune did. */
export function prunedText(pruned: Pruned, style: Style): string {
  const { verdict, gone, removed, left } = pruned;
  if (verdict !== 'pruned') return prunePlanText(pruned, style);
  return [
    ...removed.map((path) => `${style.good('removed')} ${path}\n`),
    ...left.map(({ path, reason }) => `${style.warn('left')} ${path}: ${reason}\n`),
    `${gone.length} ${gone.length === 1 ? 'backup' : 'backups'} removed, ${pruned.kept.length} kept\n`,
  ].join('');
}
