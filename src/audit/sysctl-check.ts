import { kernelSysctl } from '../facts/kernel/sysctl.ts';
import { systemInit } from '../facts/system/init.ts';
import { type Check, defineCheck } from './check.ts';
import { containerOf } from './containers.ts';
import type { Judgement } from './finding.ts';
import type { AuditProfile } from './policy.ts';

/** A kernel setting and the values that are wanted of it. */
export interface WantedSysctl {
  readonly name: string;
  /** In words. */
  readonly expected: string;
  readonly fits: (value: number, profile: AuditProfile) => boolean;
  /** The kernel's own default is not wanted: where no file sets it, it is lost at the next boot. */
  readonly byFile?: boolean;
  /** What it means that the kernel has no such setting; a reason to skip unless it is `fail`. */
  readonly missing?: 'fail';
}

type Text = Pick<Check, 'id' | 'title' | 'why' | 'severity' | 'cadence' | 'expectations' | 'remediation'>;

/**
 * A check of kernel settings, one judgement each: the value in force and what files set at boot, both of
 * which must fit. A container is skipped, with the value of its machine.
 */
export function sysctlCheck(text: Text, wanted: readonly WantedSysctl[]): Check {
  return defineCheck({
    ...text,
    needs: { sysctl: kernelSysctl, init: systemInit },
    evaluate: ({ sysctl: { running, persisted }, init }, { profile }) =>
      wanted.map(({ name: subject, expected, fits, byFile, missing }): Judgement => {
        const value = running[subject] ?? null;
        const container = containerOf(init);
        const common = { subject, expected, ...(value === null ? {} : { running: value }) };
        if (container !== undefined)
          return { ...common, status: 'skip', evidence: `a container (${container}): the kernel is its machine's` };
        const set = persisted.find(({ name, atBoot }) => name === subject && atBoot);
        const file = set === undefined ? {} : { actual: set.value, file: `${set.file}:${set.line}` };
        if (value === null)
          return { ...common, ...file, status: missing ?? 'skip', evidence: 'this kernel has no such setting' };
        const good = fits(Number(value), profile);
        if (set !== undefined && !fits(Number(set.value), profile))
          return { ...common, ...file, status: 'fail', evidence: 'this is what it will be after the next boot' };
        if (good && set === undefined && byFile === true)
          return { ...common, status: 'fail', actual: 'in no file', evidence: 'it will be lost at the next boot' };
        return { ...common, ...file, status: good ? 'pass' : 'fail' };
      }),
  });
}
