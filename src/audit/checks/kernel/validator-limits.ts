import { kernelSysctl } from '../../../facts/kernel/sysctl.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

const wanted = {
  'net.core.rmem_max': 134_217_728,
  'net.core.wmem_max': 134_217_728,
  'vm.max_map_count': 1_000_000,
  'fs.nr_open': 1_000_000,
} as const;

export const validatorLimits = defineCheck({
  id: 'kernel.validator-limits',
  title: 'limits of the kernel are what a validator of Solana needs',
  why: 'Below them it drops packets under load, or stops while it opens its accounts.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: { want: 'at least the values of its documents', source: 'agave docs: system tuning' } },
  remediation: `printf '%s\\n' ${Object.entries(wanted)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')} >/etc/sysctl.d/21-agave-validator.conf; sysctl --system`,
  needs: { sysctl: kernelSysctl, init: systemInit },
  evaluate: ({ sysctl: { running, persisted }, init }, { rpc }, { name: host }) => {
    if (rpc?.network !== 'solana')
      return [{ status: 'skip', subject: host, evidence: 'audit.rpc declares no network "solana"' }];
    return Object.entries(wanted).map(([subject, least]) => {
      const value = running[subject] ?? null;
      const set = persisted.find(({ name, atBoot }) => name === subject && atBoot);
      const common = {
        subject,
        expected: `at least ${least}, and in a file`,
        actual: set?.value ?? 'in no file',
        ...(value === null ? {} : { running: value }),
        ...(set === undefined ? {} : { file: `${set.file}:${set.line}` }),
      };
      const container = containerOf(init);
      if (container !== undefined)
        return { ...common, status: 'skip', evidence: `a container (${container}): the kernel is its machine's` };
      if (value === null) return { ...common, status: 'unknown', evidence: 'this kernel does not tell it' };
      if (Number(value) < least) return { ...common, status: 'fail' };
      // the default of fs.nr_open is enough
      const kept = set === undefined ? subject === 'fs.nr_open' : Number(set.value) >= least;
      return kept
        ? { ...common, status: 'pass' }
        : { ...common, status: 'fail', evidence: 'it will be lost at the next boot' };
    });
  },
});
