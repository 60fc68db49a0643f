import { kernelModules } from '../../../facts/kernel/modules.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

/** What each letter of /proc/modules says of a module (kernel docs: tainted kernels). */
const meaning: Readonly<Record<string, string>> = {
  P: 'not free software',
  O: 'not of the kernel tree',
  F: 'loaded by force',
  E: 'not signed',
};

export const modulesOfItsOwn = defineCheck({
  id: 'kernel.modules-of-its-own',
  title: 'every loaded module belongs to the kernel and is signed',
  why: 'A module is the kernel: it hides processes, files and itself. Modules from elsewhere must be known by name.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'no foreign, forced or unsigned module', source: 'kernel docs: tainted kernels' },
  },
  remediation: 'See where it comes from: modinfo <MODULE>; when it is yours (zfs, a driver), waive it by its name',
  needs: { modules: kernelModules, init: systemInit },
  evaluate: ({ modules: { loaded }, init }, _policy, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
    const foreign = loaded.filter(({ taints }) => /[OFE]/.test(taints));
    if (foreign.length === 0)
      return [
        { status: 'pass', subject: 'modules', expected: 'none from elsewhere', running: `${loaded.length} modules` },
      ];
    return foreign.map(({ name, taints }) => ({
      status: 'fail',
      subject: name,
      expected: 'of the kernel tree, and signed',
      running: [...taints].map((one) => meaning[one] ?? one).join(', '),
    }));
  },
});
