import * as z from 'zod/mini';
import { everyReply, readReply } from './reply.ts';

/** A change that is undone: since when, and by whom. */
export interface RolledBack {
  /** Whether it was so before we asked: there was nothing to do. */
  readonly already: boolean;
  /** RFC 3339, UTC, by the host's clock; null when the host's journal does not tell. */
  readonly at: string | null;
  /** `guard`, `guard, at boot`, `console`, or user and machine of a run; null as above. */
  readonly by: string | null;
  /** How the changes had ended before: `ok`, `failed`, `stopped`; null when they had not. */
  readonly applied: string | null;
  /** Files by which a boot comes to the guard, which it could not remove. They do nothing any more. */
  readonly remains: readonly string[];
}

const entry = z.object({ time: z.iso.datetime(), actor: z.string() });

/**
 * Reads `was STATE`, `entry JSON` (a line of the host's journal), `applied RESULT UPTIME` and `remains PATH`s of
 * a rollback's answer.
 */
export function readRolledBack(stdout: Uint8Array): RolledBack {
  const reply = readReply(stdout);
  const common = {
    already: reply.get('was') === 'rolled-back',
    applied: reply.get('applied')?.split(' ')[0] ?? null,
    remains: everyReply(stdout, 'remains'),
  };
  try {
    const { time, actor } = entry.parse(JSON.parse(reply.get('entry') ?? ''));
    return { ...common, at: time, by: actor };
  } catch {
    return { ...common, at: null, by: null };
  }
}

/** When and why, in words for people, after `the change was rolled back`. */
export function whenAndWhy({ at, by, applied }: RolledBack): string {
  const when = at === null ? 'at a time that the journal of the host does not tell' : `at ${at}`;
  const failed = applied === 'failed' ? ', after one of its steps had failed' : '';
  switch (by) {
    case null:
      return `${when}${failed}`;
    case 'guard':
      return `${when} by its guard: it was not confirmed in time${failed}`;
    case 'guard, at boot':
      return `${when} by its guard: the host booted before it was confirmed${failed}`;
    default:
      return `${when} by ${by}${failed}`;
  }
}
