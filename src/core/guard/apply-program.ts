import { shellQuote } from '../../lib/shell-quote.ts';
import type { Change } from '../change.ts';
import { stepFunctions } from '../step-functions.ts';
import { compileStep, describeStep } from '../step-script.ts';
import { type GuardOrder, variables } from './guard-program.ts';
import type { GuardPlace } from './place.ts';
import { stateFunctions } from './state-functions.ts';

/** Seconds that one program of a change may take. */
const stepSeconds = 120;

const applyFunctions = `
v_mark() { printf '%s\\n' "$1" >>"$V_HERE/marks"; }

# v_end RESULT...: the last word of this apply, with the time since boot
v_end() {
  v_sync "$V_HERE"
  printf '%s %s\\n' "$1" "$(v_uptime)" >"$V_HERE/apply.new" || exit 1
  v_journal apply "$1" "$V_ACTOR"
  mv "$V_HERE/apply.new" "$V_HERE/apply.done"
  exit 0
}

# v_do CHANGE STEP TEXT: no step is begun once the guard is not armed any more
v_do() {
  [ -e "$V_HERE/armed.$V_ID" ] || v_end stopped
  if "do_$1_$2" >"$V_HERE/apply.out" 2>&1; then return; fi
  v_mark "failed $1 $2 $3"
  tail -n 20 "$V_HERE/apply.out" | tr -cd '\\012\\040-\\176' | cut -c 1-300 >"$V_HERE/apply.last"
  v_end failed
}
`;

/**
 * The changes as one POSIX sh program that runs on the host on its own, whatever becomes of the
 * connection: it stops at the first step that fails, and as soon as the guard rolls back. It leaves
 * `marks` (`start N`, `done N`, `failed N STEP TEXT`), `apply.last` (output of a failed step) and
 * `apply.done` (`ok|failed|stopped UPTIME`).
 *
 * Throws PLAN_INVALID for a step that cannot be run.
 */
export function compileApply(
  order: Pick<GuardOrder, 'id' | 'job' | 'planDigest'> & { readonly actor: string },
  changes: readonly Change[],
  place: GuardPlace,
): string {
  const definitions = changes.flatMap((change, at) => change.do.map((step, n) => compileStep(step, `do_${at}_${n}`)));
  const calls = changes.map((change, at) =>
    [
      `v_mark 'start ${at}'`,
      ...change.do.map((step, n) => `v_do ${at} ${n} ${shellQuote(describeStep(step))}`),
      `v_mark 'done ${at}'`,
    ].join('\n'),
  );
  return `#!/bin/sh
${variables(order, place)}
V_STEP_SECONDS=${stepSeconds}
V_ACTOR=${shellQuote(JSON.stringify(order.actor))}
${stepFunctions}${stateFunctions}${applyFunctions}
${definitions.join('')}
printf '%s\\n' $$ >"$V_HERE/apply.pid"
${calls.join('\n')}
v_end ok
`;
}
