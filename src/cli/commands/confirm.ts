import { journalled } from '../../core/journal.ts';
import type { Define } from '../command.ts';
import { onEachHost } from '../each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from '../host-answers.ts';
import { remainsLine } from '../text/remains.ts';
import { addHostOptions, openHosts } from '../host-options.ts';

export const defineConfirm: Define = (command, bind) => {
  addHostOptions(command).option('--json', 'print one JSON document');
  bind(command, async ({ options, context: open }) => {
    const { confirm } = await import('../../core/guard/end.ts');
    const { actorOf } = await import('../../core/apply-actor.ts');
    const context = await open();
    const answers = await onEachHost(context, await openHosts(context, options), null, (host) =>
      journalled(context.journal, { action: 'host.confirm', purpose: `confirm on ${host.name}` }, () =>
        confirm(host, { actor: actorOf(context) }),
      ),
    );
    return {
      document: {
        schema: 'valops/confirm/1',
        hosts: answerDocuments(answers, (remains) => ({ state: 'confirmed', remains })),
      },
      text: (style) =>
        answerTexts(
          answers,
          style,
          (remains, name) =>
            `${style.heading(name)}: the change is confirmed, its guard disarmed\n${remainsLine(remains, style)}`,
          '',
        ),
      exitStatus: answerStatus(answers),
    };
  });
};
