import { compareDebianVersions } from '../../../facts/debian-version.ts';
import { packagesReboot } from '../../../facts/packages/reboot.ts';
import { defineCheck } from '../../check.ts';

const want = {
  want: 'the newest kernel runs, nothing asks for a reboot',
  source: 'Debian policy: reboot-required; needrestart(1)',
};
const flavour = (release: string): string => /(?:-cloud|-rt)?-[a-z]+\d*$/.exec(release)?.[0] ?? '';

export const noRebootPending = defineCheck({
  id: 'packages.no-reboot-pending',
  title: 'what was installed runs: no reboot is pending',
  why: 'A kernel that is installed and not booted closes no hole, and the reboot comes by itself on the worst day.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Plan a restart with the network; then: systemctl reboot',
  needs: { reboot: packagesReboot },
  evaluate: ({ reboot: { required, packages, running, installed } }) => {
    const asked = {
      status: required ? ('fail' as const) : ('pass' as const),
      subject: 'reboot',
      expected: 'not asked for',
      actual: required ? 'asked for' : 'not asked for',
      file: '/run/reboot-required',
      ...(packages.length === 0 ? {} : { evidence: `by ${packages.join(', ')}` }),
    };
    const [newest] = installed
      .filter((release) => flavour(release) === flavour(running))
      .toSorted((a, b) => compareDebianVersions(b, a));
    if (newest === undefined)
      return [asked, { status: 'skip', subject: 'kernel', running, evidence: 'no kernel of its kind is in /boot' }];
    return [
      asked,
      {
        status: compareDebianVersions(newest, running) > 0 ? 'fail' : 'pass',
        subject: 'kernel',
        expected: newest,
        running,
        file: `/boot/vmlinuz-${newest}`,
      },
    ];
  },
});
