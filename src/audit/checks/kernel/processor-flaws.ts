import { kernelSecurity } from '../../../facts/kernel/security.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const processorFlaws = defineCheck({
  id: 'kernel.processor-flaws',
  title: 'the kernel mends every known flaw of the processor',
  why: 'On a rented machine others compute on the same processor, and keys in memory are what such flaws leak.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: { want: 'none is "Vulnerable"', source: 'kernel docs: hw-vuln' } },
  remediation:
    'Install new microcode (intel-microcode, amd64-microcode); remove mitigations=off from the command line; on a virtual machine ask its provider',
  needs: { security: kernelSecurity, init: systemInit },
  evaluate: ({ security: { vulnerabilities, commandLine }, init }, _policy, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
    const all = Object.entries(vulnerabilities);
    if (all.length === 0) return [{ status: 'unknown', subject: host, evidence: 'the kernel does not tell of flaws' }];
    const open = all.filter(([, state]) => state.startsWith('Vulnerable'));
    const word = /(?:^|\s)(mitigations=\S*off\S*|nospectre_v[12]|nopti|spectre_v2=off|mds=off)(?=\s|$)/.exec(
      commandLine,
    )?.[1];
    if (open.length === 0)
      return [
        { status: 'pass', subject: 'processor', expected: 'none is open', running: `${all.length} flaws, none open` },
      ];
    return open.map(([subject, running]) => ({
      status: 'fail',
      subject,
      expected: 'mitigated, or not affected',
      running,
      ...(word === undefined ? {} : { evidence: `the command line of the kernel says ${word}` }),
    }));
  },
});
