import { compareBaselines, type SectionDifference } from '../audit/baseline/compare-baselines.ts';
import type { Baseline, BaselineState } from '../audit/baseline/document.ts';
import { baselinePath } from '../audit/baseline/file.ts';
import { baselineSections } from '../audit/baseline/sections/registry.ts';
import { takeBaseline } from '../audit/baseline/take.ts';
import { auditPolicy } from '../audit/declared-policy.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { readBaselines } from './audit-baseline-state.ts';
import { hostWords, labelOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { onEachHost } from './each-host.ts';
import { answerDocuments, answerStatus, answerTexts, type HostAnswer } from './host-answers.ts';
import { openHosts, type HostSelection } from './host-options.ts';
import { renderBaseline, renderDifferences } from './text/baseline.ts';

/** One host as it is now, and what was accepted of it. */
export interface LookedAt {
  readonly now: Baseline;
  readonly state: BaselineState | undefined;
}

/** Asks the hosts of `--host` for everything a baseline holds, in one round trip each. */
export async function lookAtHosts(
  context: Context,
  selection: HostSelection,
): Promise<readonly HostAnswer<LookedAt>[]> {
  const labels = selection.names.map((name) => labelOf(context, name));
  const policy = auditPolicy(selection.config, context.clock.now());
  const questions = baselineSections.flatMap((section) => section.questions(policy));
  const { gather } = await import('../core/gather.ts');
  const answers = await onEachHost(context, selection, 'asking', (host) => gather(host, questions, context));
  const states = await readBaselines(context, labels);
  const by = {
    acceptedAt: context.clock.now().toISOString(),
    acceptedBy: context.machine.user(),
    tool: `${context.tool.name} ${context.tool.version}`,
  };
  return answers.map((answer, index): HostAnswer<LookedAt> => {
    const name = labels[index] ?? answer.name;
    if ('error' in answer) return { name, error: answer.error };
    return { name, result: { now: takeBaseline({ ...answer.result, name }, policy, by), state: states.get(name) } };
  });
}

/** `valops audit baseline diff`: what differs from what was accepted; exit 3 when something does or is not known. */
export async function diffBaseline(context: Context, options: Options): Promise<Outcome> {
  const selection = await openHosts(context, options);
  const labels = selection.names.map((name) => labelOf(context, name));
  const states = await readBaselines(context, labels);
  // a host without anything to compare with is not asked in vain
  throwOnly(labels.map((name) => proven(context, name, states.get(name), () => null)));
  const looked = await lookAtHosts(context, selection);
  const answers = looked.map((answer) => {
    if ('error' in answer) return answer;
    return proven(context, answer.name, answer.result.state, ({ baseline, digest }) => ({
      digest,
      acceptedAt: baseline.acceptedAt,
      acceptedBy: baseline.acceptedBy,
      sections: compareBaselines(baseline, answer.result.now),
    }));
  });
  throwOnly(answers);
  return {
    document: { schema: 'valops/audit-baseline-diff/1', hosts: answerDocuments(answers, (result) => result) },
    text: (style) =>
      answerTexts(
        answers,
        style,
        ({ sections, acceptedAt, acceptedBy }, name) =>
          `${style.heading(name)}: against what ${acceptedBy} accepted at ${acceptedAt}\n${renderDifferences(sections, style)}`,
      ),
    exitStatus: answerStatus(answers, ({ sections }) => isDifferent(sections)),
  };
}

/** `valops audit baseline show`: what was accepted. Asks no host. */
export async function showBaseline(context: Context, options: Options): Promise<Outcome> {
  const { names } = await openHosts(context, options);
  const labels = names.map((name) => labelOf(context, name));
  const states = await readBaselines(context, labels);
  const answers = labels.map((name) => proven(context, name, states.get(name), (state) => state));
  throwOnly(answers);
  return {
    document: {
      schema: 'valops/audit-baselines/1',
      hosts: answerDocuments(answers, ({ digest, baseline }) => ({ digest, baseline })),
    },
    text: (style) => answerTexts(answers, style, ({ digest, baseline }) => renderBaseline(baseline, digest, style)),
    exitStatus: answerStatus(answers),
  };
}

/** Whether anything differs, or is not known. */
export function isDifferent(sections: readonly SectionDifference[]): boolean {
  return sections.some(({ state }) => state !== 'same');
}

function proven<T>(
  context: Context,
  name: string,
  state: BaselineState | undefined,
  of: (state: Extract<BaselineState, { state: 'accepted' }>) => T,
): HostAnswer<T> {
  if (state?.state === 'accepted') return { name, result: of(state) };
  const hint = `Look at the host, then accept what is right: valops audit baseline accept${hostWords(context, name)}`;
  if (state === undefined)
    return {
      name,
      error: new ValopsError(
        'FILE_NOT_FOUND',
        `no baseline of "${name}" was accepted: "${baselinePath(context.home, name)}"`,
        {
          hint,
        },
      ),
    };
  return { name, error: new ValopsError('AUDIT_BASELINE_REFUSED', state.reason, { hint }) };
}

/** The only host's failure is that of the command. */
export function throwOnly(answers: readonly HostAnswer<unknown>[]): void {
  const [only] = answers;
  if (answers.length === 1 && only !== undefined && 'error' in only) throw only.error;
}
