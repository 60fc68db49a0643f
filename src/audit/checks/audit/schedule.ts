import { auditSchedule } from '../../../facts/services/audit-schedule.ts';
import { defineCheck } from '../../check.ts';
import { scheduleStatus } from '../../schedule/status.ts';

const want = { want: 'what is installed is enabled, runs in time, and ends well', source: 'systemd.timer(5), cron(8)' };

export const schedule = defineCheck({
  id: 'audit.schedule',
  title: 'audits that this host is to run by itself are run',
  why: 'A timer that is disabled, or whose service fails, is silent. So is a host on which nothing is wrong: only one of them is well.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'valops audit schedule status; then valops audit schedule install <CHECKLIST>, or remove <CHECKLIST>',
  needs: ({ home }) => ({ installed: auditSchedule(home) }),
  evaluate: ({ installed }, _policy, { name }) => {
    const entries = scheduleStatus(installed, []);
    if (entries.length === 0) return [{ status: 'skip', subject: name, evidence: 'nothing is scheduled on this host' }];
    return entries.map(({ checklist, by, problems, next, last }) => {
      const common = { subject: checklist, expected: 'run in time', file: fileOf(installed.files, checklist) };
      const times = [`by ${by ?? 'nothing'}`, `last ${last ?? 'never'}`, ...(next === null ? [] : [`next ${next}`])];
      if (problems.length === 0) return { ...common, status: 'pass', actual: times.join(', ') };
      return { ...common, status: 'fail', actual: problems.join('; '), evidence: times.join(', ') };
    });
  },
});

function fileOf(files: readonly { readonly path: string }[], checklist: string): string {
  const ends = [`valops-audit-${checklist}.timer`, `valops-audit-${checklist}`];
  return files.find(({ path }) => ends.some((end) => path.endsWith(`/${end}`)))?.path ?? '';
}
