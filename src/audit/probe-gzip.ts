import type { ProbeOutcome, ServiceProbe } from '../facts/service-probe.ts';
import type { Judgement } from './finding.ts';
import { judgeRefusal } from './probe-outcome.ts';

type Gzip = Extract<ServiceProbe['gzip'], { known: true }>['value'];

/** Whether a packed body was refused, or could not grow because the service unpacks none. */
export function judgeUnpacking(
  { small, broken }: Gzip,
  outcome: ProbeOutcome,
  { body }: ServiceProbe,
): Pick<Judgement, 'status' | 'evidence'> {
  const statusOf = (one: ProbeOutcome): number => (one.end === 'answered' ? one.status : 0);
  const takesPlain = body.known && isTaken(statusOf(body.value.small));
  if (statusOf(small) === 415 || (takesPlain && [400, 422, 501].includes(statusOf(small))))
    return { status: 'pass', evidence: `it takes no gzip: ${statusOf(small)}` };
  if (isTaken(statusOf(small)) && isTaken(statusOf(broken)))
    return { status: 'pass', evidence: 'it unpacks nothing: what is no gzip is taken as well' };
  return judgeRefusal(outcome, small, true);
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 400;
}
