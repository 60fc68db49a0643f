import type { ProbeOutcome } from '../facts/service-probe.ts';
import type { Judgement } from './finding.ts';

/** In words, for findings. */
export function outcomeText(outcome: ProbeOutcome): string {
  const sent = `after ${outcome.sent} bytes`;
  if (outcome.end === 'answered') return `answered ${outcome.status} ${sent}`;
  return outcome.end === 'closed' ? `closed ${sent}, without an answer` : `still waiting ${sent}`;
}

/**
 * Whether a service refused a body, beside what it says to a small one. 413 refuses, and so does closing; another
 * refusal counts where the small body did not get the same. `ended`: the body was sent whole.
 */
export function judgeRefusal(
  outcome: ProbeOutcome,
  small: ProbeOutcome,
  ended: boolean,
): Pick<Judgement, 'status' | 'evidence'> {
  if (small.end !== 'answered') return unclear('a small body gets no answer either');
  if (outcome.end === 'closed') return { status: 'pass' };
  if (outcome.end === 'silent') return ended ? unclear('no answer within the time') : { status: 'fail' };
  const { status } = outcome;
  if (status === 413) return { status: 'pass' };
  if (status === 408) return { status: 'fail' };
  if (status === 429 || status === 503) return unclear(`it was too busy: ${status}`);
  if (status >= 400 && small.end === 'answered' && small.status === status)
    return unclear(`it answers ${status} to any body: bodyPath must take the sample by POST without a login`);
  if ([400, 411, 415, 422, 431].includes(status)) return { status: 'pass' };
  if ([401, 403, 404, 405, 501].includes(status)) return unclear(`it answers ${status}, whatever the size may be`);
  if (!ended && status < 400) return unclear(`it answers ${status} before the body is there: bodyPath reads none`);
  return { status: 'fail' };
}

function unclear(evidence: string): Pick<Judgement, 'status' | 'evidence'> {
  return { status: 'unknown', evidence };
}

/** The worst of several: a failure, then what is unknown. */
export function worst<T extends Pick<Judgement, 'status'>>(first: T, ...others: readonly T[]): T {
  const all = [first, ...others];
  return all.find(({ status }) => status === 'fail') ?? all.find(({ status }) => status === 'unknown') ?? first;
}
