import { createHash } from 'node:crypto';
import { shellQuote } from '../../lib/shell-quote.ts';
import { environmentOf, type Scheduled, type ScheduleOrder } from './order.ts';

/** The file of one checklist for cron(8). Its name has no dot: such files are not read. */
export function cronPath(checklist: string): string {
  return `/etc/cron.d/valops-audit-${checklist}`;
}

/**
 * A line that asks every day whether the checklist was run in this period, and runs it when not: cron itself
 * never makes up for what it missed. `host` decides the minute, so that hosts of a fleet do not ask at once.
 */
export function renderCron(
  order: ScheduleOrder,
  { checklist, cadence }: Scheduled,
  command: readonly string[],
  host: string,
): string {
  const delay = createHash('sha256').update(`${host}\0${checklist}`).digest().readUInt16BE() % 60;
  const minutes = (order.at.hour * 60 + order.at.minute + delay) % 1440;
  const words = ['nice', '-n', '10', 'ionice', '-c', '3', ...command, '--if-due'];
  return [
    `# Made by valops. Edits are lost with the next "valops audit schedule install".`,
    `# ${cadence}: every day it is asked whether it is time, in the host's own time zone.`,
    'SHELL=/bin/sh',
    ...Object.entries(environmentOf(order)).map(([name, value]) => `${name}=${value}`),
    // a percent sign ends the command
    `${minutes % 60} ${Math.floor(minutes / 60)} * * * ${order.user} umask 077; ${words.map(word).join(' ').replaceAll('%', '\\%')}`,
    '',
  ].join('\n');
}

function word(text: string): string {
  return /^[\w./:=+@,-]+$/.test(text) ? text : shellQuote(text);
}
