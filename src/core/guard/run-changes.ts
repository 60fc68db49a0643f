import type { Change } from '../change.ts';
import { hereDocument } from '../here-document.ts';
import type { Host } from '../host.ts';
import { compileApply } from './apply-program.ts';
import type { ArmOrder } from './arm-script.ts';
import { guardPlace, type GuardPlace } from './place.ts';
import { readReply } from './reply.ts';

/** How the changes went on the host. */
export interface ChangesRun {
  /**
   * `ok`: every step was done. `failed`: a step failed. `stopped`: the guard rolled back meanwhile.
   * `died`: the program ended without a last word. `running`: still at it. `not-started`: the guard
   * was gone before the first step.
   */
  readonly result: 'ok' | 'failed' | 'stopped' | 'died' | 'running' | 'not-started';
  /** How many changes were done. */
  readonly done: number;
  /** The failed step, as text. */
  readonly failedStep: string | null;
  /** Last lines of what the failed step said; at most 20. */
  readonly output: readonly string[];
}

/** Milliseconds that the way there and back may take besides what the script waits. */
const slack = 15_000;

/**
 * Starts the changes under the armed guard and waits for their end, at most `seconds`. They run in
 * a session of their own: the connection may break, they go on, and `waitForChanges` finds them.
 * Throws PLAN_INVALID and what `Host.run` throws.
 */
export async function runChanges(
  host: Host,
  order: ArmOrder,
  changes: readonly Change[],
  seconds: number,
  place: GuardPlace = guardPlace,
): Promise<ChangesRun> {
  const document = hereDocument(compileApply(order, changes, place));
  const start = `H=${place.state}/guard/current
[ -e "$H/armed.${order.id}" ] && [ ! -e "$H/apply.started" ] || { echo 'result not-started'; exit 0; }
umask 077
${document.encoding === 'plain' ? 'cat' : 'base64 -d'} >"$H/apply.sh" ${document.redirect} || exit 31
${document.body}
sh -n "$H/apply.sh" || exit 31
true >"$H/apply.started" || exit 31
sync "$H/apply.sh" "$H/apply.started" "$H" 2>/dev/null || sync
VALOPS_APPLY=${order.id} setsid sh "$H/apply.sh" </dev/null >/dev/null 2>&1 &
`;
  return run(host, start + waitScript(order.id, seconds), seconds);
}

/** Waits for the end of changes which were started over a connection that is gone. */
export function waitForChanges(
  host: Host,
  id: string,
  seconds: number,
  place: GuardPlace = guardPlace,
): Promise<ChangesRun> {
  return run(host, `H=${place.state}/guard/current\n${waitScript(id, seconds)}`, seconds);
}

async function run(host: Host, script: string, seconds: number): Promise<ChangesRun> {
  const { stdout } = await host.run({ script, as: 'root', timeout: seconds * 1000 + slack });
  const reply = readReply(stdout);
  const lines = new TextDecoder().decode(stdout).split('\n');
  const result = results.find((one) => one === reply.get('result')) ?? 'died';
  return {
    result,
    done: lines.filter((line) => line.startsWith('mark done ')).length,
    failedStep: lines.find((line) => line.startsWith('mark failed '))?.replace(/^mark failed \d+ \d+ /, '') ?? null,
    output: lines.filter((line) => line.startsWith('last ')).map((line) => line.slice(5)),
  };
}

const results = ['ok', 'failed', 'stopped', 'died', 'running', 'not-started'] as const;

/** A process that has not written its pid yet may still be starting: it is given two seconds. */
function waitScript(id: string, seconds: number): string {
  return `i=0
result=running
while [ $i -lt ${Math.max(1, Math.round(seconds)) * 10} ]; do
  if read -r result at 2>/dev/null <"$H/apply.done"; then break; fi
  result=running
  if [ ! -e "$H/armed.${id}" ]; then result=stopped; break; fi
  if [ ! -e "$H/apply.started" ]; then result=not-started; break; fi
  if read -r pid 2>/dev/null <"$H/apply.pid"; then
    kill -0 "$pid" 2>/dev/null || [ -e "$H/apply.done" ] || { result=died; break; }
  elif [ $i -gt 20 ]; then
    result=died
    break
  fi
  sleep 0.1
  i=$((i + 1))
done
printf 'result %s\\n' "$result"
[ ! -e "$H/marks" ] || sed 's/^/mark /' "$H/marks"
[ ! -e "$H/apply.last" ] || sed 's/^/last /' "$H/apply.last"
`;
}
