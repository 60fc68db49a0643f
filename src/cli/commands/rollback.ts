import { journalled } from '../../core/journal.ts';
import type { Define } from '../command.ts';
import { onEachHost } from '../each-host.ts';
import { addHostOptions } from '../host-options.ts';

export const defineRollback: Define = (command, bind) => {
  addHostOptions(command).option('--json', 'print one JSON document');
  bind(command, async ({ options, context: open }) => {
    const { rollback } = await import('../../core/guard/end.ts');
    const { actorOf } = await import('../../core/apply-actor.ts');
    const context = await open();
    const results = await onEachHost(context, options, (host) =>
      journalled(context.journal, { action: 'host.rollback', purpose: `rollback on ${host.name}` }, () =>
        rollback(host, { actor: actorOf(context) }),
      ),
    );
    return {
      document: { schema: 'valops/rollback/1', hosts: results.map(({ name }) => ({ name, state: 'rolled-back' })) },
      text: (style) => results.map(({ name }) => `${style.heading(name)}: the change is rolled back\n`).join(''),
    };
  });
};
