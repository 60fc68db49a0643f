import { dirname, join } from 'node:path';
import { compareBaselines, type SectionDifference } from '../audit/baseline/compare-baselines.ts';
import { baselineDigest, baselineLimit, baselinePath, encodeBaseline } from '../audit/baseline/file.ts';
import { plainText } from '../audit/plain-text.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { withLock } from '../store/lock.ts';
import { plainStyle } from '../ui/style.ts';
import { read } from './arguments.ts';
import { isDifferent, lookAtHosts, type LookedAt, throwOnly } from './audit-baseline.ts';
import { acceptAction } from './audit-baseline-state.ts';
import { hostWords } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { answerDocuments, answerStatus, answerTexts, type HostAnswer } from './host-answers.ts';
import { openHosts } from './host-options.ts';
import { renderDifferences } from './text/baseline.ts';

interface Accepted {
  /** `unchanged`: it was accepted before, and nothing differs. */
  readonly outcome: 'accepted' | 'unchanged';
  readonly digest: string;
  readonly acceptedAt: string;
  readonly sections: readonly SectionDifference[];
}

/** `valops audit baseline accept`: shows what differs, asks, and stores the present state as the good one. */
export async function acceptBaseline(context: Context, options: Options): Promise<Outcome> {
  const yes = read(options).flag('yes');
  // before a host is asked in vain
  if (!yes) context.prompt.require('--yes');
  const answers: HostAnswer<Accepted>[] = [];
  for (const answer of await lookAtHosts(context, await openHosts(context, options))) {
    if ('error' in answer) answers.push(answer);
    else answers.push(await acceptOne(context, answer.name, answer.result, yes));
  }
  throwOnly(answers);
  return {
    document: { schema: 'valops/audit-baseline-accept/1', hosts: answerDocuments(answers, (result) => result) },
    text: (style) =>
      answerTexts(
        answers,
        style,
        ({ outcome, digest, acceptedAt, sections }, name) =>
          `${style.heading(name)}: ${style.good(outcome === 'accepted' ? 'accepted' : 'nothing differs from what was accepted')} at ${acceptedAt}\n${
            // what was asked about was shown with the question
            yes && outcome === 'accepted' ? renderDifferences(sections, style) : ''
          }  sha256 ${digest}\n`,
        '',
      ),
    exitStatus: answerStatus(answers),
  };
}

/** Shows, asks and stores for one host: `yes` does not ask. Throws nothing that is about that host alone. */
export async function acceptOne(
  context: Context,
  name: string,
  { now, state }: LookedAt,
  yes: boolean,
): Promise<HostAnswer<Accepted>> {
  const before = state?.state === 'accepted' ? state : undefined;
  const sections = compareBaselines(before?.baseline, now);
  if (before !== undefined && !isDifferent(sections)) {
    const { digest, baseline } = before;
    return { name, result: { outcome: 'unchanged', digest, acceptedAt: baseline.acceptedAt, sections } };
  }
  if (state?.state === 'unproven')
    context.events.emit({
      kind: 'warning',
      message: `${name}: ${state.reason}`,
      hint: 'Nothing can be compared with it. Accept only what you have looked at yourself.',
    });
  for (const { section, state: known, reason } of sections)
    if (known === 'unknown' && now.sections[section]?.known === false)
      context.events.emit({
        kind: 'warning',
        message: `${name}: ${section} cannot be looked at and will not pass later: ${plainText(reason ?? '', 300)}`,
      });
  if (!yes) {
    const shown = renderDifferences(sections, plainStyle(false));
    context.events.emit({ kind: 'note', message: `${name}, against what was accepted:\n${shown}` });
    if (!(await context.prompt.yes({ message: `Is this how ${name} should be?`, flag: '--yes' })))
      return { name, error: new ValopsError('INTERRUPTED', `the state of "${name}" was not accepted`) };
  }
  const bytes = encodeBaseline(now);
  const digest = baselineDigest(bytes);
  const of = (kind: string): number =>
    sections.flatMap(({ changes }) => changes).filter((one) => one.kind === kind).length;
  const details = {
    digest,
    replaces: before?.digest ?? null,
    added: of('added'),
    removed: of('removed'),
    changed: of('changed'),
    unknown: sections.filter(({ section }) => now.sections[section]?.known === false).map(({ section }) => section),
    ...(state?.state === 'unproven' ? { unproven: state.reason } : {}),
  };
  try {
    await journalled(context.journal, { action: acceptAction, purpose: name, details }, () => {
      store(context, name, bytes, state?.state === 'accepted' ? state.digest : undefined);
      return Promise.resolve();
    });
  } catch (error) {
    if (error instanceof ValopsError) return { name, error };
    throw error;
  }
  return { name, result: { outcome: 'accepted', digest, acceptedAt: now.acceptedAt, sections } };
}

/** What was compared with must still be there: somebody else may have accepted meanwhile. */
function store(context: Context, name: string, bytes: Uint8Array, compared: string | undefined): void {
  const { files, home } = context;
  const path = baselinePath(home, name);
  files.ensureDirectory(dirname(path), { mode: 0o700 });
  withLock(join(dirname(path), 'baselines.lock'), { wait: 10_000 }, () => {
    if (
      compared !== undefined &&
      (files.stat(path) === null || baselineDigest(files.read(path, baselineLimit)) !== compared)
    )
      throw new ValopsError(
        'AUDIT_BASELINE_REFUSED',
        `the baseline of "${name}" was changed while this one was looked at`,
        {
          hint: `See what differs now: valops audit baseline diff${hostWords(context, name)}`,
        },
      );
    files.replace(path, bytes, { mode: 0o600 });
  });
}
