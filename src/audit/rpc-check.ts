import { validatorRpc, type ValidatorRpc } from '../facts/validator-rpc.ts';
import { defineCheck, type Check } from './check.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

type Rpc = NonNullable<AuditPolicy['rpc']>;

/**
 * A check of what the validator's RPC says. Where none is declared it is skipped; where it does not answer it is
 * unknown, unless `silent` says what that means.
 */
export function rpcCheck(
  definition: Omit<Check, 'questions' | 'judge' | 'expectations'> & {
    readonly want: string;
    readonly source: string;
    readonly silent?: (problem: string) => Judgement;
    readonly evaluate: (said: ValidatorRpc, rpc: Rpc) => readonly Judgement[];
  },
): Check {
  const { want, source, silent, evaluate, ...text } = definition;
  const expectations = { validator: { want, source }, 'cis-l1': { want, source } };
  const asking = (rpc: Rpc): Check =>
    defineCheck({
      ...text,
      expectations,
      needs: { said: validatorRpc(rpc) },
      evaluate: ({ said }) => {
        if (said.problem === null) return evaluate(said, rpc);
        return [silent?.(said.problem) ?? { status: 'unknown', subject: rpc.url, evidence: said.problem }];
      },
    });
  return {
    ...text,
    expectations,
    questions: ({ rpc }) => (rpc === undefined ? [] : [validatorRpc(rpc)]),
    judge: (snapshot, policy) =>
      policy.rpc === undefined
        ? [{ status: 'skip', subject: snapshot.name, evidence: 'valops.yaml declares no audit.rpc' }]
        : asking(policy.rpc).judge(snapshot, policy),
  };
}
