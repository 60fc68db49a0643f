import { kernelSecurity } from '../../../facts/kernel/security.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

const modules = ['apparmor', 'selinux', 'smack', 'tomoyo'];

export const mandatoryAccess = defineCheck({
  id: 'kernel.mandatory-access',
  title: 'AppArmor or another security module is in force, and Landlock can be used',
  why: 'They are what is left when a program that runs as root has a hole, and what a validator confines itself with.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: {
    validator: { want: 'one of them, and Landlock', source: 'kernel docs: LSM; landlock(7)' },
    'cis-l1': { want: 'AppArmor', source: 'CIS Ubuntu 24.04 1.3.1' },
  },
  remediation: 'apt-get install apparmor; remove apparmor=0 and lsm= from the command line of the kernel; reboot',
  needs: { security: kernelSecurity, init: systemInit },
  evaluate: ({ security: { lsm }, init }, { profile }, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
    if (lsm === null)
      return [{ status: 'unknown', subject: host, evidence: '/sys/kernel/security/lsm could not be read' }];
    const running = lsm.join(', ') || 'none';
    const found = modules.filter((one) => lsm.includes(one));
    const access = {
      status: found.length > 0 ? 'pass' : 'fail',
      subject: 'access',
      expected: `one of ${modules.join(', ')}`,
      running,
    } as const;
    if (profile === 'cis-l1') return [access];
    return [
      access,
      { status: lsm.includes('landlock') ? 'pass' : 'fail', subject: 'landlock', expected: 'landlock', running },
    ];
  },
});
