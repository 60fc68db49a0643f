import { ValopsError } from '../../lib/errors.ts';
import type { Host } from '../host.ts';
import { guardMeta } from './meta.ts';
import { bootFinishUnit, bootUnit, guardPlace, type GuardPlace } from './place.ts';
import { everyReply, readReply } from './reply.ts';

const states = ['none', 'armed', 'confirmed', 'rolling-back', 'rolled-back', 'rollback-failed'] as const;
export type GuardState = (typeof states)[number];

/** What the guard of a host says of itself. Without one (`none`) the rest is null or empty. */
export interface GuardStatus {
  readonly state: GuardState;
  readonly id: string | null;
  readonly job: string | null;
  /** Who armed it. */
  readonly actor: string | null;
  readonly planDigest: string | null;
  /** RFC 3339, UTC; while armed. */
  readonly deadline: string | null;
  /** By the host's own uptime; while armed. Zero or less: the rollback is due. */
  readonly secondsLeft: number | null;
  /** While armed: whether the timer runs and an unconfirmed boot rolls back. */
  readonly timer: boolean | null;
  readonly coversReboot: boolean | null;
  /** Outcome of the changes: `ok`, `failed`, `stopped`, or null when they have not ended. */
  readonly applied: string | null;
  /** Steps of the last rollback, each `ok …` or `failed …: reason`. */
  readonly rollback: readonly string[];
  /** Files by which a boot comes to the guard, which it could not remove when it was over. They do nothing any more. */
  readonly remains: readonly string[];
  /** The last 20 lines of the host's own journal, JSON each. */
  readonly journal: readonly string[];
}

/** Reads the guard's state; changes nothing. Throws what `Host.run` throws, HOST_NOT_ROOT among it. */
export async function guardStatus(host: Host, place: GuardPlace = guardPlace): Promise<GuardStatus> {
  const result = await host.run({ script: statusScript(place), as: 'root', timeout: 30_000 });
  if (result.exitCode !== 0) {
    throw new ValopsError('PROCESS_FAILED', `"${host.name}" did not tell the state of its guard`, {
      hint: `Look on the host: ls -la ${place.state}/guard/current`,
    });
  }
  return parseStatus(result.stdout);
}

function parseStatus(stdout: Uint8Array): GuardStatus {
  const reply = readReply(stdout);
  const state = states.find((one) => one === reply.get('state')) ?? 'none';
  const meta = state === 'none' ? null : guardMeta(reply.get('meta') ?? '');
  const armed = state === 'armed';
  const left = armed ? Number(reply.get('left')) / 100 : null;
  return {
    state,
    id: meta?.id ?? null,
    job: meta?.job ?? null,
    actor: meta?.actor ?? null,
    planDigest: meta?.planDigest ?? null,
    deadline: left === null ? null : new Date((Number(reply.get('now')) + Math.round(left)) * 1000).toISOString(),
    secondsLeft: left === null ? null : Math.round(left),
    timer: armed ? reply.get('timer') === 'active' : null,
    coversReboot: armed ? reply.get('boot') === 'enabled' : null,
    applied: reply.get('applied')?.split(' ')[0] ?? null,
    rollback: everyReply(stdout, 'result'),
    remains: everyReply(stdout, 'remains'),
    journal: everyReply(stdout, 'journal'),
  };
}

function statusScript(place: GuardPlace): string {
  return `H=${place.state}/guard/current
[ ! -e ${place.state}/guard.jsonl ] || tail -n 20 ${place.state}/guard.jsonl | sed 's/^/journal /'
[ -e "$H/guard.sh" ] || { echo 'state none'; exit 0; }
printf 'meta '
cat "$H/meta.json"
state=$(sh "$H/guard.sh" state) || exit 1
printf 'state %s\\n' "$state"
[ ! -e "$H/apply.done" ] || sed 's/^/applied /' "$H/apply.done"
[ ! -e "$H/results" ] || sed 's/^/result /' "$H/results"
# one that ended a moment ago is still removing them
for n in 1 2 3 4 5; do
  remains=$(sh "$H/guard.sh" remains 2>/dev/null)
  [ -n "$remains" ] || break
  [ $n = 5 ] || sleep 0.5 || sleep 1
done
[ -z "$remains" ] || printf '%s\\n' "$remains"
[ "$state" = armed ] || exit 0
read -r deadline <"$H/deadline"
read -r up idle </proc/uptime
printf 'left %s\\n' $((deadline - \${up%.*}\${up#*.}))
printf 'now %s\\n' "$(date +%s)"
id=$(ls "$H" | sed -n 's/^armed\\.//p')
if [ -d ${place.systemd} ]; then
  printf 'timer %s\\n' "$(systemctl show -P ActiveState "valops-guard-$id.timer")"
  if systemctl -q is-enabled ${bootUnit} && systemctl -q is-enabled ${bootFinishUnit}; then echo 'boot enabled'; fi
else
  if kill -0 "$(cat "$H/waiter.pid")" 2>/dev/null; then echo 'timer active'; fi
  [ ! -e ${place.cron}/valops-guard ] || echo 'boot enabled'
fi
exit 0
`;
}
