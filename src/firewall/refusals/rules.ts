import type { Refusal } from '../../core/plan.ts';
import { noBackend } from './no-backend.ts';
import { noManagement } from './no-management.ts';
import { publicAndLocal } from './public-and-local.ts';
import type { RefusalInput, RefusalRule } from './refusal-input.ts';
import { sourceExcluded } from './source-excluded.ts';
import { sshClosed } from './ssh-closed.ts';
import { twoTools } from './two-tools.ts';
import { unknownFacts } from './unknown-facts.ts';

const rules: readonly RefusalRule[] = [unknownFacts, noManagement, sourceExcluded, sshClosed, publicAndLocal];

/** Rules that only mean something once the facts are known. */
const onFacts: readonly RefusalRule[] = [noBackend, twoTools];

/** All refusals that fire; without the needed facts, those that need none of them. */
export function refusals(input: RefusalInput): readonly Refusal[] {
  const known = unknownFacts(input) === null;
  return [...rules, ...(known ? onFacts : [])].map((rule) => rule(input)).filter((one) => one !== null);
}
