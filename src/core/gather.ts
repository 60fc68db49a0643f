import type { Clock, RandomBytes } from './context.ts';
import type { Fact, HostLogin, Question, Snapshot } from './fact.ts';
import { type Asked, type Loss, splitAnswers } from './gather-answers.ts';
import { answerLimit, compileQuestions } from './gather-script.ts';
import type { Host } from './host.ts';

/** What a gather needs besides the host. */
export interface GatherOptions {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Milliseconds for the whole round trip; by default what all questions may take, and 15 s. */
  readonly timeout?: number;
}

/** Milliseconds beyond the questions' own limits: the way there and back, and a slow sudo. */
const slack = 15_000;

/**
 * Asks a host all questions in one round trip, as root where that is possible. A question asked
 * twice (by two jobs) is asked once. An answer that is lost, cut off, too long, late or not
 * understood makes its own fact unknown, with the reason, and no other.
 *
 * Throws what `Host.run` throws.
 */
export async function gather(
  host: Host,
  questions: readonly Question<unknown>[],
  options: GatherOptions,
): Promise<Snapshot> {
  const asked = [...new Map(questions.map((question) => [question.id, question])).values()];
  const boundary = Buffer.from(options.randomBytes(16)).toString('hex');
  const gatheredAt = options.clock.now().toISOString();
  const result = await host.run({
    script: compileQuestions(asked, host.login, boundary),
    as: 'prefer-root',
    timeout: options.timeout ?? slack + 1000 * asked.reduce((sum, { timeout }) => sum + timeout, 0),
  });
  const answers = splitAnswers(result.stdout, boundary, asked.length);
  const facts = asked.map((question, index): [string, Fact<unknown>] => [
    question.id,
    toFact(question, answers[index] ?? { lost: 'cut-off' }, host.login),
  ]);
  return { name: host.name, gatheredAt, roundTrips: 1, login: host.login, facts: Object.fromEntries(facts) };
}

function toFact(question: Question<unknown>, asked: Asked, login: HostLogin): Fact<unknown> {
  if ('lost' in asked) return { known: false, reason: lostBecause(question, asked, login) };
  try {
    return { known: true, value: question.parse(asked.answer) };
  } catch (error) {
    return { known: false, reason: oneLine(error instanceof Error ? error.message : String(error)) };
  }
}

function lostBecause(
  question: Question<unknown>,
  { lost, seconds = question.timeout }: { readonly lost: Loss; readonly seconds?: number },
  login: HostLogin,
): string {
  switch (lost) {
    case 'needs-root':
      return `needs root: sudo -n is not allowed for "${login.user}"`;
    case 'killed':
      return `killed: no answer within ${seconds} s${seconds < question.timeout ? ', for too many others hung before it' : ''}`;
    case 'too-long':
      return `the answer is longer than ${answerLimit} bytes`;
    case 'cut-off':
      return 'the answer was cut off';
  }
}

/** A reason may quote what a host said: one line, no control characters, at most 300 characters. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
