import { persistenceLoader } from '../../../facts/persistence/loader.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const noPreload = defineCheck({
  id: 'persistence.no-preload',
  title: 'no library is loaded into every program',
  why: 'A library in /etc/ld.so.preload is in sshd, in sudo and in the validator: it reads every password and key, and hides itself from ls.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('/etc/ld.so.preload empty or not there', 'ld.so(8)'),
  remediation: 'keep copies of /etc/ld.so.preload and what it names for the incident; then rm /etc/ld.so.preload',
  needs: { loader: persistenceLoader },
  evaluate: ({ loader: { preload } }) =>
    orPass(
      preload.map((library) => ({
        status: 'fail',
        subject: library,
        expected: 'not preloaded',
        actual: 'in every program',
        file: '/etc/ld.so.preload',
      })),
      '/etc/ld.so.preload',
      'empty or not there',
    ),
});
