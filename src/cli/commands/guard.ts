import { remainsLine } from '../text/remains.ts';
import type { GuardStatus } from '../../core/guard/status.ts';
import type { Style } from '../../ui/style.ts';
import type { Define } from '../command.ts';
import { addHostOptions, openHosts } from '../host-options.ts';
import { onEachHost } from '../each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from '../host-answers.ts';

export const defineGuard: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops guard status --host val-1

The guard lives on the host and undoes a change that nobody confirms in time, also after a reboot.
Without valops, as root on the host: sh /var/lib/valops/guard/current/guard.sh state|rollback|confirm`,
  );
  const status = addHostOptions(command.command('status'))
    .description('tell whether a change awaits its confirmation, and how the last one ended')
    .option('--json', 'print one JSON document');
  bind(status, async ({ options, context: open }) => {
    const { guardStatus } = await import('../../core/guard/status.ts');
    const context = await open();
    const answers = await onEachHost(context, await openHosts(context, options), null, (host) => guardStatus(host));
    return {
      document: {
        schema: 'valops/guard/1',
        hosts: answerDocuments(answers, (status) => ({ ...status, journal: status.journal.map(parsed) })),
      },
      text: (style) => answerTexts(answers, style, (status, name) => render(name, status, style)),
      exitStatus: answerStatus(answers),
    };
  });
};

/** A journal line as JSON; as text when a crash cut it off. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function render(name: string, status: GuardStatus, style: Style): string {
  const bad = status.state === 'rolling-back' || status.state === 'rollback-failed';
  const state = bad ? style.bad(status.state) : status.state === 'armed' ? style.warn(status.state) : status.state;
  const lines = [`${style.heading(name)}: ${state}`];
  if (status.job !== null) lines.push(`  ${status.job} by ${status.actor}, plan ${status.planDigest?.slice(0, 16)}`);
  if (status.secondsLeft !== null) {
    lines.push(`  rolls back at ${status.deadline}, ${status.secondsLeft} s from now, unless confirmed`);
    lines.push(`  changes: ${status.applied ?? 'not completed'}`);
    if (status.timer !== true) lines.push(`  ${style.bad('its timer does not run')}: valops rollback`);
    if (status.coversReboot !== true) lines.push(`  ${style.warn('a reboot would not roll back')}`);
  }
  lines.push(...status.rollback.map((line) => `  ${line.startsWith('ok') ? style.dim(line) : style.bad(line)}`));
  return `${lines.join('\n')}\n${remainsLine(status.remains, style)}`;
}
