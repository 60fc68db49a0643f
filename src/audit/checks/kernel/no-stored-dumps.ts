import { kernelCoreDumps } from '../../../facts/kernel/core-dumps.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'none', source: 'coredumpctl(1)' };

export const noStoredDumps = defineCheck({
  id: 'kernel.no-stored-dumps',
  title: 'no core dump lies about',
  why: 'It may hold a key in clear, it goes into backups of the disk, and it shows that something crashed.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'coredumpctl list; when the cause is known: shred -u <FILE>. When the validator crashed, rotate its identity key',
  needs: { dumps: kernelCoreDumps },
  evaluate: ({ dumps: { stored } }) =>
    stored.length === 0
      ? [{ status: 'pass', subject: 'dumps', expected: 'none', actual: 'none' }]
      : stored.map((path) => ({
          status: 'fail',
          subject: path,
          expected: 'not there',
          actual: 'a core dump',
          file: path,
        })),
});
