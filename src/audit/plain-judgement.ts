import type { Judgement } from './finding.ts';
import { plainText } from './plain-text.ts';

const limits = { subject: 200, expected: 400, actual: 400, running: 400, file: 300 } as const;
const evidenceLimit = 1200;
const evidenceLines = 12;

/** A judgement whose texts, most of which a host chose, fit every report format as they are. */
export function plainJudgement<T extends Judgement>(judgement: T): T {
  const texts = Object.entries(limits).flatMap(([name, limit]) => {
    const text = judgement[name as keyof typeof limits];
    return text === undefined ? [] : [[name, plainText(text, limit)] as const];
  });
  const { evidence } = judgement;
  return {
    ...judgement,
    ...Object.fromEntries(texts),
    ...(evidence === undefined ? {} : { evidence: plainText(evidence, evidenceLimit, evidenceLines) }),
  };
}
