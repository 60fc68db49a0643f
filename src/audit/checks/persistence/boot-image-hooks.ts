import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant = /\/(?:hooks|scripts|grub\.d|dracut\.conf\.d)\//;

export const bootImageHooks = defineCheck({
  id: 'persistence.boot-image-hooks',
  title: 'what goes into the boot image is of packages',
  why: 'A hook of initramfs-tools runs before the disk is unlocked, and what it puts into the image survives every look at the root file system.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no script of no package', 'initramfs-tools(7)'),
  remediation: 'cat <FILE>; rm <FILE> && update-initramfs -u -k all',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['boot-image']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
