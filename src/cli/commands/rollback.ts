import { journalled } from '../../core/journal.ts';
import type { Define } from '../command.ts';
import { onEachHost } from '../each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from '../host-answers.ts';
import { remainsLine } from '../text/remains.ts';
import { addHostOptions, openHosts } from '../host-options.ts';

export const defineRollback: Define = (command, bind) => {
  addHostOptions(command).option('--json', 'print one JSON document');
  bind(command, async ({ options, context: open }) => {
    const { rollback } = await import('../../core/guard/end.ts');
    const { whenAndWhy } = await import('../../core/guard/rolled-back.ts');
    const { actorOf } = await import('../../core/apply-actor.ts');
    const context = await open();
    const answers = await onEachHost(context, await openHosts(context, options), null, (host) =>
      journalled(context.journal, { action: 'host.rollback', purpose: `rollback on ${host.name}` }, () =>
        rollback(host, { actor: actorOf(context) }),
      ),
    );
    return {
      document: {
        schema: 'valops/rollback/1',
        hosts: answerDocuments(answers, ({ already, at, by, remains }) => ({
          state: 'rolled-back',
          already,
          at,
          by,
          remains,
        })),
      },
      text: (style) =>
        answerTexts(
          answers,
          style,
          (done, name) => {
            const what = done.already
              ? `nothing to do: the change was rolled back ${whenAndWhy(done)}`
              : 'the change is rolled back';
            return `${style.heading(name)}: ${what}\n${remainsLine(done.remains, style)}`;
          },
          '',
        ),
      exitStatus: answerStatus(answers),
    };
  });
};
