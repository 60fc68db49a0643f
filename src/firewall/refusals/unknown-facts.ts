import { neededFacts } from '../facts.ts';
import type { RefusalRule } from './refusal-input.ts';

/** What is not known may be anything. */
export const unknownFacts: RefusalRule = ({ snapshot }) => {
  const unknown = neededFacts.flatMap(({ id }) => {
    const fact = snapshot.facts[id];
    if (fact?.known === true) return [];
    return [`${id} (${fact === undefined ? 'not asked' : fact.reason})`];
  });
  if (unknown.length === 0) return null;
  return {
    rule: 'FIREWALL_FACT_UNKNOWN',
    message: `not known: ${unknown.join('; ')}`,
    hint: 'See why: valops facts --only firewall,listening; root or sudo -n is needed.',
  };
};
