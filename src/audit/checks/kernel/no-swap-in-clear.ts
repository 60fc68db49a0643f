import { kernelSwap } from '../../../facts/kernel/swap.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const noSwapInClear = defineCheck({
  id: 'kernel.no-swap-in-clear',
  title: 'memory is not written to an unencrypted disk',
  why: 'Keys that were only ever in memory end up on a disk, and stay there when the disk goes back to its owner.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'no swap, or encrypted, or in memory', source: 'crypttab(5); kernel docs: zram' },
  },
  remediation:
    'swapoff -a; take its line out of /etc/fstab; then overwrite it: blkdiscard <DEVICE>, or shred -u <FILE>',
  needs: { swap: kernelSwap, init: systemInit },
  evaluate: ({ swap: { active, declared }, init }, _policy, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the swap is its machine's` }];
    if (active.length === 0 && declared.length === 0)
      return [
        {
          status: 'pass',
          subject: 'swap',
          expected: 'none, or encrypted',
          running: 'none',
          actual: 'none in /etc/fstab',
        },
      ];
    const running = active.map(({ path, kind }) => {
      const line = declared.find((one) => one.path === path)?.line;
      return {
        status: kind === 'clear' ? ('fail' as const) : ('pass' as const),
        subject: path,
        expected: 'encrypted, or in memory',
        running: kind === 'clear' ? 'in use, in clear' : kind === 'memory' ? 'zram, in memory' : 'encrypted',
        ...(line === undefined ? {} : { file: `/etc/fstab:${line}` }),
      };
    });
    // by its UUID a line of fstab cannot be told apart from swap in use
    const later = active.length > 0 ? [] : declared.filter(({ path }) => !path.startsWith('/dev/mapper/'));
    return [
      ...running,
      ...later.map(({ path, line }) => ({
        status: 'fail' as const,
        subject: path,
        expected: 'encrypted, or not there',
        actual: 'in use after the next boot',
        running: 'not in use',
        file: `/etc/fstab:${line}`,
      })),
      ...(running.length + later.length === 0
        ? [
            {
              status: 'pass' as const,
              subject: 'swap',
              expected: 'none, or encrypted',
              actual: 'by the device mapper only',
              running: 'none',
            },
          ]
        : []),
    ];
  },
});
