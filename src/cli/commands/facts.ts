import type { HostLogin } from '../../core/fact.ts';
import { exitStatus } from '../../lib/errors.ts';
import { read } from '../arguments.ts';
import type { Define } from '../command.ts';
import { addHostOptions, openHosts } from '../host-options.ts';

export const defineFacts: Define = (command, bind) => {
  addHostOptions(command)
    .option('--only <FAMILY,…>', 'these families (system, ssh, login, firewall, listening) or single facts')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops facts                                   of this machine
  valops facts --host val-1 --host val-2 --only ssh,firewall
  valops facts --host val-1 --json > val-1.json  to be judged elsewhere

Nothing is changed on a host. What could not be learned is unknown, with the reason.`,
    );
  bind(command, async ({ options, context: open }) => {
    const { selectQuestions } = await import('../../facts/select.ts');
    const questions = selectQuestions(wordsOf(read(options).text('only')));
    const context = await open();
    const { hosts, names } = await openHosts(context, options);
    const { defaultFanOut, fanOut } = await import('../../hosts/fan-out.ts');
    const { gather } = await import('../../core/gather.ts');
    const { renderFacts } = await import('../text/facts.ts');

    const title = names.length === 1 ? `asking ${hosts.nameOf(names[0])}` : `asking ${names.length} hosts`;
    context.events.emit({ kind: 'activity', title, state: 'start' });
    const outcomes = await fanOut(names, defaultFanOut, async (name) => {
      const host = await hosts.connect(name);
      try {
        return await gather(host, questions, context);
      } finally {
        await host.close();
      }
    });
    context.events.emit({ kind: 'activity', title, state: 'end' });

    const [only] = outcomes;
    if (outcomes.length === 1 && only !== undefined && 'error' in only) throw only.error;
    return {
      document: {
        schema: 'valops/facts/1',
        hosts: outcomes.map((outcome) =>
          'error' in outcome
            ? {
                name: hosts.nameOf(outcome.host),
                error: {
                  code: outcome.error.code,
                  message: outcome.error.message,
                  hint: outcome.error.hint ?? null,
                },
              }
            : { ...outcome.result, login: loginDocument(outcome.result.login) },
        ),
      },
      text: (style) =>
        outcomes
          .map((outcome) =>
            'error' in outcome
              ? `${style.heading(hosts.nameOf(outcome.host))}  ${style.bad('failed')} ${outcome.error.message}\n`
              : renderFacts(outcome.result, style),
          )
          .join('\n'),
      exitStatus: outcomes.some((outcome) => 'error' in outcome) ? exitStatus.failed : exitStatus.done,
    };
  });
};

/** Members that are not known are null, not missing. */
function loginDocument({ user, from, to, keyFingerprint }: HostLogin): Record<keyof HostLogin, unknown> {
  return { user, from: from ?? null, to: to ?? null, keyFingerprint: keyFingerprint ?? null };
}

function wordsOf(only: string | undefined): readonly string[] {
  return only === undefined
    ? []
    : only
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean);
}
