import { kernelSysctl } from '../../../facts/kernel/sysctl.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'the running value is that of the file', source: 'sysctl.d(5)' };

export const settingsInForce = defineCheck({
  id: 'kernel.settings-in-force',
  title: 'what files in /etc set of the kernel is in force',
  why: 'Somebody reviewed the file; the kernel does something else, because it was changed by hand or never loaded.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'See which of the two is right: sysctl <NAME>; then sysctl --system, or mend the file',
  needs: { sysctl: kernelSysctl, init: systemInit },
  evaluate: ({ sysctl: { running, persisted }, init }) => {
    // a container sets those of its network only
    const own = persisted.filter(
      ({ name, file }) =>
        file.startsWith('/etc/') &&
        !name.includes('*') &&
        (containerOf(init) === undefined || /^net\.(?!core\.)/.test(name)),
    );
    const judged = own.flatMap(({ name: subject, value, file, line, atBoot }): Judgement[] => {
      const now = running[subject] ?? null;
      const common = { subject, expected: value, actual: value, file: `${file}:${line}` };
      if (!atBoot)
        return [
          {
            ...common,
            status: 'fail',
            evidence: `systemd does not read ${file} at boot: move it to /etc/sysctl.d`,
          },
        ];
      // a module that is not loaded, a setting that can only be written
      if (now === null || now === value) return [];
      return [{ ...common, status: 'fail', running: now }];
    });
    if (judged.length > 0) return judged;
    return [
      {
        status: 'pass',
        subject: 'settings',
        expected: 'as in the files',
        running: `${own.length} settings, all as in the files`,
      },
    ];
  },
});
