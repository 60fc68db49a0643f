import { workloadContainers, type Container } from '../facts/workload/containers.ts';
import { ofBoth } from './both-profiles.ts';
import { defineCheck, type Check } from './check.ts';
import type { Judgement } from './finding.ts';

/** What is wrong with one container; empty: nothing. */
type Faults = readonly string[];

/** A check of every running container: one judgement for each. Skipped where there is no engine, or nothing runs by it. */
export function containerCheck(
  definition: Omit<Check, 'questions' | 'judge' | 'expectations' | 'onlyNamed'> & {
    readonly want: string;
    readonly source: string;
    readonly faults: (container: Container) => Faults;
  },
): Check {
  const { want, source, faults, ...text } = definition;
  return defineCheck({
    ...text,
    onlyNamed: true,
    expectations: ofBoth(want, source),
    needs: { containers: workloadContainers },
    evaluate: ({ containers }, _policy, { name }) => {
      if (containers === null) return [{ status: 'skip', subject: name, evidence: 'no engine for containers' }];
      if (containers.length === 0) return [{ status: 'skip', subject: name, evidence: 'no container runs' }];
      return containers.map((container): Judgement => {
        const found = faults(container);
        return {
          status: found.length === 0 ? 'pass' : 'fail',
          subject: `${container.engine} ${container.name}`,
          expected: want,
          running: found.join('; ') || 'as it must',
        };
      });
    },
  });
}
