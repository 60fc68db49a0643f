import { ValopsError } from '../../lib/errors.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import type { Host } from '../host.ts';
import { guardPlace, type GuardPlace } from './place.ts';
import { everyReply, readReply } from './reply.ts';
import { remainsClause } from './remains.ts';
import { readRolledBack, type RolledBack } from './rolled-back.ts';

/** Which guard to end: the one that is there, whoever armed it, or only the one with this id. */
export interface EndOptions {
  readonly actor: string;
  readonly id?: string;
  /** Milliseconds for the round trip. */
  readonly timeout?: number;
  readonly place?: GuardPlace | undefined;
}

/** Milliseconds for a confirmation, and for a rollback with three passes of slow steps. */
const confirmTimeout = 30_000;
const rollbackTimeout = 300_000;

/**
 * Confirms the change under the armed guard and disarms it. On the host the guard itself insists
 * that this login began after the change. Returns the files which the guard could not remove.
 *
 * Throws GUARD_NONE when nothing awaits a confirmation, GUARD_OLD_LOGIN from a login that is older
 * than the change, GUARD_ROLLED_BACK or GUARD_UNPROVEN when the guard was faster.
 */
export async function confirm(host: Host, options: EndOptions): Promise<readonly string[]> {
  const { exitCode, stdout } = await call(host, 'confirm', options, confirmTimeout);
  const state = readReply(stdout).get('state');
  switch (exitCode) {
    case 0:
      return everyReply(stdout, 'remains');
    case 12:
      throw new ValopsError('GUARD_OLD_LOGIN', `this login to "${host.name}" began before the change`, {
        hint: 'Log in anew (no shared connection, no terminal multiplexer) and run valops confirm there.',
      });
    case 13:
      throw new ValopsError('GUARD_NONE', `on "${host.name}" the changes were not all made: nothing to confirm`, {
        hint: 'See what happened: valops guard status. Undo it now: valops rollback.',
      });
    case null:
    default:
      throw notArmed(host.name, state ?? 'none', everyReply(stdout, 'remains'));
  }
}

/**
 * Rolls back now, without waiting for the guard's time, and tells when and by whom it was done: a change
 * that was rolled back before stays so.
 *
 * Throws GUARD_NONE when there is nothing to roll back, GUARD_UNPROVEN when a step could not be
 * undone.
 */
export async function rollback(host: Host, options: EndOptions): Promise<RolledBack> {
  const { exitCode, stdout } = await call(host, 'rollback', options, rollbackTimeout);
  if (exitCode === 0) return readRolledBack(stdout);
  if (exitCode === 6) {
    throw new ValopsError('GUARD_UNPROVEN', `the rollback on "${host.name}" could not be completed`, {
      hint: 'See which step failed: valops guard status. It is tried again by valops rollback.',
    });
  }
  throw notArmed(host.name, exitCode === 11 ? 'confirmed' : 'none', everyReply(stdout, 'remains'));
}

function call(host: Host, verb: 'confirm' | 'rollback', options: EndOptions, timeout: number): ReturnType<Host['run']> {
  const { state } = options.place ?? guardPlace;
  const token = options.id === undefined ? '' : `ls "$H" | grep -q '\\.${options.id}$' || exit 10\n`;
  const script = `H=${state}/guard/current
[ -e "$H/guard.sh" ] || exit 10
${token}printf 'was %s\\n' "$(sh "$H/guard.sh" state)"
sh "$H/guard.sh" ${verb} ${shellQuote(JSON.stringify(options.actor))}
status=$?
id=$(ls "$H" | sed -n 's/^[a-z-]*\\.\\([0-9a-f]\\{16\\}\\)$/\\1/p' | head -n 1)
grep '"action":"${verb}",.*"guard":"'"$id"'"' ${state}/guard.jsonl 2>/dev/null | tail -n 1 | sed 's/^/entry /'
[ ! -e "$H/apply.done" ] || sed 's/^/applied /' "$H/apply.done"
sh "$H/guard.sh" remains 2>/dev/null
exit $status
`;
  return host.run({ script, as: 'root', timeout: options.timeout ?? timeout });
}

function notArmed(host: string, state: string, remains: readonly string[]): ValopsError {
  const also = remains.length === 0 ? '' : `; ${remainsClause(remains)}`;
  switch (state) {
    case 'rolled-back':
      return new ValopsError('GUARD_ROLLED_BACK', `the guard on "${host}" has already rolled the change back${also}`, {
        hint: 'Apply again, and confirm in time.',
      });
    case 'rolling-back':
    case 'rollback-failed':
      return new ValopsError('GUARD_UNPROVEN', `the guard on "${host}" is in state "${state}"`, {
        hint: 'valops guard status',
      });
    default:
      return new ValopsError('GUARD_NONE', `no change awaits a decision on "${host}"${also}`, {
        hint: 'valops guard status',
      });
  }
}
