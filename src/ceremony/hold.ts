import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { agree } from './agree.ts';
import type { Answers } from './answers.ts';
import { closeCeremony, type Held } from './close.ts';
import type { Evidence, Step } from './evidence.ts';
import { checkKinds } from './identities.ts';
import { privateKeyOf, readKeys } from './keys.ts';
import { refuseChanged } from './media.ts';
import { holdAlone, saveState, stateFile, unfinished, type CeremonyState, type Sitting } from './state.ts';
import { ceremonySteps } from './steps.ts';
import { judgeSurroundings, refuseSurroundings, type Assertion, type AssertionId } from './surroundings.ts';

export interface HoldRequest {
  readonly answers: Answers;
  /** What is not true of the machine, and shall not matter. */
  readonly accepted: readonly AssertionId[];
  /** Where this program is installed. */
  readonly root: string;
}

/** What a ceremony would do from here on. */
export interface CeremonyPlan {
  readonly surroundings: readonly Assertion[];
  readonly steps: readonly { readonly id: string; readonly title: string; readonly done: boolean }[];
}

/** Judges the machine and lists the steps; changes nothing. */
export async function planCeremony(
  context: Context,
  { answers, accepted, root }: HoldRequest,
  state?: CeremonyState,
): Promise<CeremonyPlan> {
  await checkKinds(answers);
  const done = new Set(state?.steps.map(({ id }) => id));
  return {
    surroundings: await judgeSurroundings(context, answers, accepted, root),
    steps: ceremonySteps(context, answers, accepted).map(({ id, title }) => ({ id, title, done: done.has(id) })),
  };
}

/** A new ceremony. Throws CEREMONY_UNFINISHED while another one is, FILE_EXISTS where its places hold something. */
export function beginCeremony(context: Context, answers: Answers): CeremonyState {
  const [other] = unfinished(context);
  if (other !== undefined) {
    throw new ValopsError('CEREMONY_UNFINISHED', `the ceremony "${other.id}" of ${other.startedAt} is not finished`, {
      hint: `valops ceremony --resume (or, to give it up, move "${stateFile(context, other.id)}" aside)`,
    });
  }
  const made = answers.keys.flatMap((key) => (key.key === undefined ? (privateKeyOf(answers, key) ?? []) : []));
  refuseUsed(answers.out, context.files.list(answers.out).length > 0);
  for (const path of made) refuseUsed(path, context.files.stat(path) !== null);
  const now = context.clock.now().toISOString();
  const random = Buffer.from(context.randomBytes(3)).toString('hex');
  const { initials: _, ...decided } = answers;
  return {
    schema: 'valops/ceremony-state/1',
    id: `${now.slice(0, 10)}-${random}`,
    startedAt: now,
    answers: decided,
    sittings: [],
    steps: [],
    closedAt: null,
  };
}

/**
 * Holds a ceremony from where it stands: judges the machine, proves that what was agreed to is
 * still as it was, does the steps that are left, each agreed to by both, and closes it. After every
 * step the state is on the disk. Throws the CEREMONY_ codes, LOCK_BUSY while somebody else holds one, and what the
 * steps throw.
 */
export function holdCeremony(context: Context, begun: CeremonyState, request: HoldRequest): Promise<Held> {
  return holdAlone(context, begun, (now) => {
    if (now.closedAt === null) return holdFrom(context, now, request);
    throw new ValopsError('USAGE', `the ceremony "${now.id}" was closed at ${now.closedAt}`, {
      hint: 'Begin another one: valops ceremony',
    });
  });
}

async function holdFrom(context: Context, begun: CeremonyState, request: HoldRequest): Promise<Held> {
  const { answers, accepted, root } = request;
  await checkKinds(answers);
  const surroundings = await judgeSurroundings(context, answers, accepted, root);
  refuseSurroundings(surroundings);
  if (begun.steps.some(({ id }) => id === 'keys')) await readKeys(context, answers);
  await refuseChanged(
    context,
    begun.steps.flatMap(({ files }) => files),
  );
  const sitting = sittingOf(context, surroundings);
  warnOfOthers(context, begun.sittings.at(-1), sitting);
  let state: CeremonyState = { ...begun, sittings: [...begun.sittings, sitting] };
  for (const { title, holds, found } of surroundings)
    note(context, `${title}: ${holds ? 'yes' : 'NO, accepted'}: ${found}`);
  saveState(context, state);
  context.interruption.say('what was agreed to stays; go on with: valops ceremony --resume');

  const steps = ceremonySteps(context, answers, accepted);
  for (const [index, step] of steps.entries()) {
    if (state.steps.some(({ id }) => id === step.id)) continue;
    note(context, `step ${index + 1} of ${steps.length}: ${step.title}`);
    state = { ...state, steps: [...state.steps, await perform(context, state, step, answers)] };
    saveState(context, state);
  }
  return closeCeremony(context, state);
}

/** What is there is of another ceremony, whose transcript and keys must not be mixed with these. */
function refuseUsed(path: string, used: boolean): void {
  if (!used) return;
  throw new ValopsError('FILE_EXISTS', `"${path}" is in use already, expected a place that is empty`, {
    hint: 'Give "out" and "work" directories of their own for each ceremony.',
  });
}

async function perform(
  context: Context,
  { id }: CeremonyState,
  step: Step,
  answers: Answers,
): Promise<CeremonyState['steps'][number]> {
  const { operator, witness } = answers;
  return journalled(
    context.journal,
    {
      action: 'ceremony.step',
      purpose: `ceremony ${id}: ${step.title}`,
      details: { step: step.id, operator, witness },
    },
    async () => {
      const evidence: Evidence = await step.run();
      for (const [name, value] of evidence.lines) note(context, `  ${name}: ${value}`);
      const agreed = await agree(context, answers, answers.initials, step.title);
      return { id: step.id, title: step.title, doneAt: agreed.at, ...evidence, agreed };
    },
    ({ agreed, files }) => ({
      agreed: `${agreed.operator} ${agreed.witness}`,
      files: files.map(({ path, sha256 }) => ({ path, sha256 })),
    }),
  );
}

function sittingOf(context: Context, surroundings: readonly Assertion[]): Sitting {
  return {
    at: context.clock.now().toISOString(),
    host: context.machine.hostname(),
    user: context.machine.user(),
    tool: `${context.tool.name} ${context.tool.version}`,
    surroundings,
  };
}

/** The transcript lists every sitting; whoever goes on must know it now. */
function warnOfOthers(context: Context, last: Sitting | undefined, now: Sitting): void {
  if (last === undefined || (last.host === now.host && last.user === now.user)) return;
  context.events.emit({
    kind: 'warning',
    message: `this ceremony was held by "${last.user}" at "${last.host}" until ${last.at}, and goes on by "${now.user}" at "${now.host}"`,
    hint: 'Both people: agree to this aloud, or stop here. The transcript tells of both.',
  });
}

function note(context: Context, message: string): void {
  context.events.emit({ kind: 'note', message });
}
