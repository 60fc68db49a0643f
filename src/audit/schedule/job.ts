import type { Job } from '../../core/job.ts';
import { auditSchedule } from '../../facts/services/audit-schedule.ts';
import type { ScheduleOrder } from './order.ts';
import { planInstall, planRemove, scheduleQuestions } from './plan.ts';
import type { ProgramPlaces } from './program.ts';

/** The installation of schedules as a job of the engine. */
export function installJob(order: ScheduleOrder, places: ProgramPlaces): Job {
  const questions = scheduleQuestions(order.home, places);
  return {
    name: 'audit-schedule',
    questions,
    plan: (snapshot) => planInstall(order, questions, snapshot),
  };
}

/** Their removal; with no checklist named, of all of them. */
export function removeJob(checklists: readonly string[], home: string): Job {
  const question = auditSchedule(home);
  return {
    name: 'audit-schedule',
    questions: [question],
    plan: (snapshot) => planRemove(checklists, question, snapshot),
  };
}
