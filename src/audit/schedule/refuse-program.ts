import type { Refusal } from '../../core/plan.ts';
import type { ScheduleOrder } from './order.ts';
import type { AuditProgram } from './program.ts';

/** Why the host should not run this by itself; all reasons at once. */
export function refuseProgram({ user, config }: ScheduleOrder, program: AuditProgram): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const { words, version, flock, uid, writable } = program;
  if (uid === null)
    refusals.push({
      rule: 'SCHEDULE_NO_USER',
      message: `the host has no user "${user}"`,
      hint: 'Correct audit.schedule.user, or make the user first.',
    });
  if (words === null)
    refusals.push({
      rule: 'SCHEDULE_NO_PROGRAM',
      message: 'the host has no valops in the path of root',
      hint: 'Install it there, or declare its path in audit.schedule.program.',
    });
  else if (version === null || !/^\d/.test(version))
    refusals.push({
      rule: 'SCHEDULE_DOES_NOT_START',
      message: `"${words.join(' ')}" does not start in the environment of a timer`,
      hint: 'Its Node must be in /usr/local/bin or /usr/bin: a version manager in a home does not count there.',
    });
  if (flock === null)
    refusals.push({
      rule: 'SCHEDULE_NO_LOCK',
      message: 'the host has no flock, which keeps two audits from running at once',
      hint: 'Install util-linux.',
    });
  if (program.config === false)
    refusals.push({
      rule: 'SCHEDULE_NO_CONFIG',
      message: `the host has no "${config ?? ''}"`,
      hint: 'Copy valops.yaml there, or leave out audit.schedule.config to audit by the defaults.',
    });
  if (writable.length > 0)
    refusals.push({
      rule: 'SCHEDULE_UNSAFE_PROGRAM',
      message: `others than root may change what would be run: ${writable.slice(0, 5).join(', ')}`,
      hint: `Give it to root, or install it elsewhere: chown -R root: ${writable[0] ?? ''}; chmod -R go-w ${writable[0] ?? ''}`,
    });
  return refusals;
}
