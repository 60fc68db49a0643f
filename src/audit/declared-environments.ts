import { workloadEnvironmentsOf, type UnitEnvironment } from '../facts/workload/environments.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

/** The services of `audit.units`, with suffix. */
function namesOf({ units }: Pick<AuditPolicy, 'units'>): readonly string[] {
  return units
    .map((name) => (/\.\w+$/.test(name) ? name : `${name}.service`))
    .filter((name) => name.endsWith('.service'));
}

/** What declared services hand to their processes, as one question for all checks of it. */
export function environmentsOf(policy: Pick<AuditPolicy, 'units'>) {
  return { environments: workloadEnvironmentsOf(namesOf(policy)) };
}

/** Judgements of every declared service that is loaded. Skipped where none is. */
export function judgeEnvironments(
  environments: readonly UnitEnvironment[],
  host: string,
  judge: (unit: UnitEnvironment) => readonly Judgement[],
): readonly Judgement[] {
  if (environments.length === 0)
    return [{ status: 'skip', subject: host, evidence: 'valops.yaml declares no services in audit.units' }];
  return environments.flatMap((one) =>
    one.load === 'loaded' ? judge(one) : [{ status: 'skip', subject: one.unit, evidence: `not loaded: ${one.load}` }],
  );
}
