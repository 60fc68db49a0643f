import { commandOf } from '../audit/schedule/order.ts';
import { scheduleQuestions } from '../audit/schedule/plan.ts';
import { refuseProgram } from '../audit/schedule/refuse-program.ts';
import { trialScript } from '../audit/schedule/trial.ts';
import type { Context } from '../core/context.ts';
import { gather } from '../core/gather.ts';
import type { Host } from '../core/host.ts';
import type { Config } from '../config/schema.ts';
import { valueOf } from '../facts/value-of.ts';
import { ValopsError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { Style } from '../ui/style.ts';
import { scheduleOrder } from './audit-schedule-order.ts';
import type { Options, Outcome } from './command.ts';
import { onEachHost } from './each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from './host-answers.ts';
import { openHosts } from './host-options.ts';

/** What one run said, made as a schedule would make it. */
interface Trial {
  readonly by: 'systemd' | 'cron';
  readonly command: readonly string[];
  /** Null: a signal ended it. */
  readonly exitStatus: number | null;
  readonly works: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds for the whole run. */
const patience = 15 * 60_000;

/** `valops audit schedule test`: exit 1 when the run did not do its work. Findings are work done. */
export async function testSchedule(context: Context, checklist: string, options: Options): Promise<Outcome> {
  const selection = await openHosts(context, options);
  const answers = await onEachHost(context, selection, 'running on', (host) =>
    tryOn(context, host, selection.config, checklist, options),
  );
  return {
    document: { schema: 'valops/audit-schedule-test/1', hosts: answerDocuments(answers, (trial) => ({ ...trial })) },
    text: (style) => answerTexts(answers, style, (trial, name) => render(name, trial, style)),
    exitStatus: answers.some((one) => 'result' in one && !one.result.works) ? 1 : answerStatus(answers),
  };
}

async function tryOn(
  context: Context,
  host: Host,
  config: Config,
  checklist: string,
  options: Options,
): Promise<Trial> {
  const named = host.kind === 'local' ? undefined : host.name;
  const { order, places } = scheduleOrder(context, config, named, [checklist], options);
  const questions = scheduleQuestions(order.home, places);
  const snapshot = await gather(host, questions, context);
  const [schedule, program] = [valueOf(snapshot, questions[0]), valueOf(snapshot, questions[1])];
  if (schedule === undefined || program === undefined)
    throw new ValopsError('HOST_NOT_ROOT', `"${host.name}" can be tried as root only`, {
      hint: 'Log in as root, or as a user with sudo.',
    });
  const { words, flock } = program;
  const [refusal] = refuseProgram(order, program);
  if (words === null || flock === null || refusal !== undefined)
    throw new ValopsError('PLAN_REFUSED', `not tried on "${host.name}": ${refusal?.message ?? 'nothing to run'}`, {
      hint: refusal?.hint ?? 'Install valops there.',
    });
  const command = commandOf({ ...order, home: schedule.home ? order.home : '/run' }, checklist, { words, flock }, [
    '--show-delivery',
  ]);
  const script = trialScript(order, schedule.systemd, command);
  const { exitCode, stdout, stderr } = await host.run({ script, as: 'root', timeout: patience });
  const text = (bytes: Uint8Array): string => printable(new TextDecoder().decode(bytes));
  return {
    by: schedule.systemd ? 'systemd' : 'cron',
    command,
    exitStatus: exitCode,
    works: exitCode === 0 || exitCode === 3,
    stdout: text(stdout),
    stderr: text(stderr),
  };
}

function render(host: string, { by, exitStatus, works, stdout, stderr }: Trial, style: Style): string {
  const verdict = works ? style.good('it works') : style.bad('it does not work');
  const block = (title: string, text: string): string =>
    text.trim() === ''
      ? `  ${style.dim(title)} nothing\n`
      : `  ${style.dim(title)}\n${text.trimEnd().replaceAll(/^/gm, '    ')}\n`;
  const mail = by === 'cron' ? 'it printed, which cron mails:' : 'it printed, which is in its journal:';
  return [
    `${style.heading(host)}: ${verdict}: exit status ${exitStatus ?? 'none (a signal)'}, in the surroundings of ${by}; nothing was stored or sent\n`,
    block(mail, stdout),
    block('it said:', stderr),
  ].join('');
}
