import { kernelModules } from '../facts/kernel/modules.ts';
import { systemInit } from '../facts/system/init.ts';
import { type Check, defineCheck } from './check.ts';
import { containerOf } from './containers.ts';
import type { Judgement } from './finding.ts';

type Text = Omit<Check, 'questions' | 'judge'>;

/**
 * A check that modules of the kernel are not in use: not loaded and, for `cis-l1`, not loadable either
 * (an `install` line of modprobe.d(5) that runs nothing).
 */
export function moduleCheck(text: Text, names: readonly string[]): Check {
  return defineCheck({
    ...text,
    needs: { modules: kernelModules, init: systemInit },
    evaluate: ({ modules: { loaded, rules, present }, init }, { profile }, { name: host }) => {
      const container = containerOf(init);
      if (container !== undefined)
        return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
      return names.map((subject): Judgement => {
        const name = subject.replaceAll('-', '_');
        const blocked = rules.find(
          (rule) => rule.module === name && rule.kind === 'install' && /^\S*\/(true|false)\b/.test(rule.command),
        );
        const isLoaded = loaded.some((one) => one.name === name);
        const common = {
          subject,
          running: isLoaded ? 'loaded' : 'not loaded',
          ...(blocked === undefined ? {} : { file: `${blocked.file}:${blocked.line}` }),
        };
        if (isLoaded) return { ...common, status: 'fail', expected: 'not loaded' };
        if (profile !== 'cis-l1') return { ...common, status: 'pass', expected: 'not loaded' };
        const absent = present !== null && !present.includes(subject);
        return {
          ...common,
          status: absent || blocked !== undefined ? 'pass' : 'fail',
          expected: 'not loaded, and not loadable',
          actual: absent ? 'this kernel has no such module' : blocked === undefined ? 'loadable' : 'not loadable',
        };
      });
    },
  });
}
