import type { Step } from '../../core/change.ts';
import type { AuditSchedule } from '../../facts/services/audit-schedule.ts';

/** A step that runs a program. */
export function runStep(...argv: [string, ...string[]]): Step {
  return { step: 'run', argv };
}

/** Whether the host has this file with this text, as root's, for everybody to read. */
export function isAs({ files }: AuditSchedule, path: string, text: string): boolean {
  const file = files.find((one) => one.path === path);
  return file !== undefined && file.text === text && file.mode === '0644' && file.owner === 'root';
}

/** What a file of the schedule holds; null: there is none. */
export function textOf({ files }: AuditSchedule, path: string): string | null {
  return files.find((one) => one.path === path)?.text ?? null;
}

/** Leads back to what the file is now. */
export function restore({ files }: AuditSchedule, path: string): Step {
  const file = files.find((one) => one.path === path);
  return file === undefined ? { step: 'remove', path } : { step: 'write', path, mode: file.mode, content: file.text };
}
