import { kernelSecurity } from '../../../facts/kernel/security.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

/** Words that take a guard away, or open a way in past every login. */
const bad: readonly (readonly [RegExp, string])[] = [
  [/^mitigations=.*\boff\b/, 'flaws of the processor are left open'],
  [/^(nokaslr|nosmep|nosmap|nopti|noexec=off)$/, 'a guard of the kernel is off'],
  [/^(apparmor|selinux|security)=(0|none)?$/, 'no security module'],
  [/^lsm=$/, 'no security module'],
  [/^(systemd\.debug[-_]shell(=1|=yes|=true|=on)?|rd\.break|rd\.shell)$/, 'a root shell without a password'],
  [/^(init|rdinit)=.*\b(sh|bash|dash|busybox)$/, 'a root shell without a password'],
  [/^module\.sig_enforce=0$/, 'modules need no signature'],
  [/^audit=0$/, 'no audit of system calls'],
];

const want = { want: 'no guard taken away', source: 'kernel docs: kernel-parameters; kernel-command-line(7)' };

export const commandLine = defineCheck({
  id: 'kernel.command-line',
  title: 'the kernel was started with all its guards',
  why: 'A word that was typed at the boot menu on a bad night stays in force until the next reboot, and nobody sees it.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Remove the word from GRUB_CMDLINE_LINUX in /etc/default/grub; update-grub; reboot when that suits the network',
  needs: { security: kernelSecurity, init: systemInit },
  evaluate: ({ security: { commandLine: line }, init }, _policy, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
    const found = line
      .split(/\s+/)
      .flatMap((word) => bad.flatMap(([pattern, what]) => (pattern.test(word) ? [{ word, what }] : [])));
    if (found.length === 0)
      return [
        {
          status: 'pass',
          subject: 'command line',
          expected: 'no guard taken away',
          running: 'none of the words',
          file: '/proc/cmdline',
        },
      ];
    return found.map(({ word, what }) => ({
      status: 'fail',
      subject: word,
      expected: 'not there',
      running: what,
      file: '/proc/cmdline',
    }));
  },
});
