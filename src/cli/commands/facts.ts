import type { HostLogin } from '../../core/fact.ts';
import { read } from '../arguments.ts';
import type { Define } from '../command.ts';
import { answerDocuments, answerStatus, answerTexts } from '../host-answers.ts';
import { addHostOptions, openHosts } from '../host-options.ts';

export const defineFacts: Define = (command, bind) => {
  addHostOptions(command)
    .option(
      '--only <FAMILY,…>',
      'families of facts (ssh, firewall, listening, …) or single facts; an unknown one lists them',
    )
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
    const { onEachHost } = await import('../each-host.ts');
    const { gather } = await import('../../core/gather.ts');
    const { renderFacts } = await import('../text/facts.ts');
    const selection = await openHosts(context, options);
    const answers = await onEachHost(context, selection, 'asking', (host) => gather(host, questions, context));
    return {
      document: {
        schema: 'valops/facts/1',
        hosts: answerDocuments(answers, (snapshot) => ({ ...snapshot, login: loginDocument(snapshot.login) })),
      },
      text: (style) => answerTexts(answers, style, (snapshot) => renderFacts(snapshot, style)),
      exitStatus: answerStatus(answers),
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
