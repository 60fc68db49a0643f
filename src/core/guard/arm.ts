import { ValopsError } from '../../lib/errors.ts';
import type { Host } from '../host.ts';
import { type ArmOrder, compileArm } from './arm-script.ts';
import { compileCancel } from './cancel-script.ts';
import { everyReply, readReply, type Reply } from './reply.ts';
import { guardMeta } from './meta.ts';
import { guardPlace, type GuardPlace } from './place.ts';
import { remainsClause } from './remains.ts';
import { parseTimespan } from './timespan.ts';

/** An armed guard, seen to be armed. */
export interface Armed {
  readonly id: string;
  /** By the host's clock. */
  readonly deadline: Date;
  readonly coversReboot: boolean;
}

/** What a cancelled guard left. */
export interface Cancelled {
  readonly armed: boolean;
  /** Files by which a boot would come to the guard. */
  readonly remains: readonly string[];
}

/** Milliseconds for the round trip: reloading systemd may take seconds on a busy host. */
const timeout = 60_000;

/** Seconds by which a timer may differ from what was asked. */
const tolerance = 2;

/**
 * Arms a guard on the host before anything else is touched: undo program, timer and boot-time units,
 * all read back. One that cannot be seen to be armed is cancelled.
 *
 * Throws GUARD_BUSY naming who holds the host and until when, GUARD_NOT_ARMED with the reason,
 * PLAN_INVALID for an undo step that cannot be run, and what `Host.run` throws.
 */
export async function arm(host: Host, order: ArmOrder, place: GuardPlace = guardPlace): Promise<Armed> {
  const { script, digest } = compileArm(order, place);
  const result = await host.run({ script, as: 'root', timeout });
  const reply = readReply(result.stdout);
  if (result.exitCode === 20) throw busy(host.name, reply);
  const problem = result.exitCode === 0 ? problemOf(reply, order, digest) : lastLine(result.stderr);
  if (problem !== null) {
    const end = await cancel(host, order, place).catch(() => null);
    throw notArmed(host.name, problem, end, order.seconds);
  }
  return {
    id: order.id,
    deadline: new Date((Number(reply.get('now')) + order.seconds) * 1000),
    coversReboot: reply.has('timer') || reply.get('cron') === 'yes',
  };
}

function problemOf(reply: Reply, order: ArmOrder, digest: string): string | null {
  if (reply.get('state') !== 'armed') return `its state is "${reply.get('state') ?? 'missing'}", expected "armed"`;
  if (reply.get('digest') !== digest) return 'its program arrived with another digest';
  if (reply.get('syntax') !== 'ok') return 'its program is not accepted by sh -n';
  const left = Number(reply.get('left') ?? 0) / 100;
  if (left <= 0) return 'its time was over before anything began';
  if (!reply.has('timer')) return reply.get('waiter') === 'alive' ? null : 'its waiting process is not running';
  if (reply.get('timer') !== 'active') return `its timer is "${reply.get('timer')}", expected "active"`;
  if (reply.get('boot') !== 'enabled enabled') return `its boot units are "${reply.get('boot')}", expected "enabled"`;
  const next = parseTimespan(reply.get('next') ?? '');
  if (next === null) return `its timer has no next elapse: "${reply.get('next')}"`;
  const seconds = next - Number(reply.get('entered')) / 1e6;
  if (Math.abs(seconds - order.seconds) <= tolerance + (order.seconds - left)) return null;
  return `its timer runs for ${seconds.toFixed(1)} s, expected ${order.seconds} s`;
}

/**
 * Disarms this guard if nothing was begun under it. It needs nothing that the guard left on the host: an
 * arm that failed half way may have left a program that does not run. Returns whether it is still armed, and
 * the files which could not be removed.
 * Throws what `Host.run` throws.
 */
export async function cancel(
  host: Host,
  order: Pick<ArmOrder, 'id' | 'job' | 'planDigest'>,
  place: GuardPlace = guardPlace,
): Promise<Cancelled> {
  const { stdout } = await host.run({ script: compileCancel(order, place), as: 'root', timeout });
  const state = readReply(stdout).get('state');
  return { armed: state !== 'cancelled' && state !== 'none', remains: everyReply(stdout, 'remains') };
}

function notArmed(host: string, problem: string, end: Cancelled | null, seconds: number): ValopsError {
  const message = `the guard on "${host}" could not be armed: ${problem}`;
  if (end?.armed === false) {
    const [remains, nothing] =
      end.remains.length === 0 ? ['', 'Nothing'] : [`; ${remainsClause(end.remains)}`, 'Nothing else'];
    return new ValopsError('GUARD_NOT_ARMED', `${message}${remains}`, {
      hint: `${nothing} was changed. Look at the host: journalctl -e, df -h /var/lib, systemctl is-system-running.`,
    });
  }
  const truth = end === null ? 'whether it is armed is not known' : 'what there is of it could not be disarmed';
  const over = `${truth}; it would end within ${seconds} s with nothing to undo, for nothing was changed`;
  return new ValopsError('GUARD_NOT_ARMED', `${message}; ${over}`, { hint: 'Look at it: valops guard status.' });
}

function busy(host: string, reply: Reply): ValopsError {
  const meta = guardMeta(reply.get('meta') ?? '');
  const state = (reply.get('busy') ?? '').replace(/\..*/, '');
  const left = Math.round(Number(reply.get('left') ?? 0) / 100);
  const until = new Date((Number(reply.get('now')) + left) * 1000).toISOString().replace(/\.\d+/, '');
  const when = state === 'armed' ? `armed until ${until}, ${left} s from now` : state;
  return new ValopsError('GUARD_BUSY', `"${host}" has an unfinished "${meta.job}" of ${meta.actor}: ${when}`, {
    hint: 'Finish it first: valops guard status, then valops confirm or valops rollback.',
  });
}

function lastLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().split('\n').at(-1)?.slice(0, 300) || 'the host gave no reason';
}
