import { persistenceBinaryFormats } from '../../../facts/persistence/binary-formats.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const binaryFormats = defineCheck({
  id: 'persistence.binary-formats',
  title: 'no interpreter for foreign programs takes over the rights of setuid files',
  why: 'With the flag C an interpreter of somebody else runs as root whenever a setuid program is started: a back door with no file changed.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no interpreter with the flag C but those of qemu', 'kernel docs: binfmt-misc'),
  remediation: 'cat /proc/sys/fs/binfmt_misc/<NAME>; echo -1 >/proc/sys/fs/binfmt_misc/<NAME>; look in /etc/binfmt.d',
  needs: { formats: persistenceBinaryFormats },
  evaluate: ({ formats }, _policy, { name: host }) =>
    orPass(
      formats
        .filter(({ flags, interpreter }) => flags.includes('C') && !/^\/usr\/(?:bin|libexec)\/qemu-/.test(interpreter))
        .map(({ name, interpreter, flags }) => ({
          status: 'fail',
          subject: name,
          expected: 'no flag C',
          running: `${interpreter}, flags ${flags}`,
          file: `/proc/sys/fs/binfmt_misc/${name}`,
        })),
      host,
      `${formats.length} formats`,
    ),
});
