import { shellQuote } from '../../lib/shell-quote.ts';
import type { Step } from '../change.ts';
import { stepFunctions } from '../step-functions.ts';
import { compileStep, compileStepCheck, describeStep } from '../step-script.ts';
import { bootFinishUnit, bootUnit, hostPath, type GuardPlace } from './place.ts';
import { stateFunctions } from './state-functions.ts';
import { undoFunctions } from './undo-functions.ts';

/** What a guard is made of. */
export interface GuardOrder {
  /** 16 lowercase hex digits, never used before. */
  readonly id: string;
  readonly job: string;
  /** Lowercase hex SHA-256 of the plan. */
  readonly planDigest: string;
  /** In the order in which they are to be run. */
  readonly undo: readonly Step[];
}

/** Seconds that one program of an undo may take. */
const stepSeconds = 60;

/**
 * The guard as one POSIX sh program, complete in itself: the host needs nothing else to roll back,
 * and a person at its console runs it by hand: `sh guard.sh rollback|confirm|state`.
 *
 * Throws PLAN_INVALID for a step that cannot be run.
 */
export function compileGuard(order: GuardOrder, place: GuardPlace): string {
  const steps = order.undo;
  return `#!/bin/sh
# valops guard ${order.id}: undoes a change unless it is confirmed in time.
# By hand, as root: sh ${place.state}/guard/current/guard.sh state|rollback|confirm
${variables(order, place)}
V_STEP_SECONDS=${stepSeconds}
${stepFunctions}${stateFunctions}${undoFunctions}
${steps.map((step, index) => compileStep(step, `undo_${index}`)).join('')}
${lastForEachPath(steps)
  .map(({ step, index }) => compileStepCheck(step, `check_${index}`))
  .join('')}
v_undo_steps() {
:
${steps.map((step, index) => `v_undo_step ${index} ${step.step} ${shellQuote(describeStep(step))}\n`).join('')}}
v_check_steps() {
:
${lastForEachPath(steps)
  .map(({ step, index }) => `v_try check_${index} ${shellQuote(`check of ${describeStep(step)}`)}\n`)
  .join('')}}

case \${1-} in
  expire) v_rollback '"guard"' || [ $? != 6 ] || exit 6 ;;
  wait) v_wait ;;
  boot) v_boot ;;
  boot-finish) v_boot_finish ;;
  rollback) v_rollback "\${2:-"\\"console\\""}" ;;
  confirm) v_confirm "\${2:-"\\"console\\""}" ;;
  state) v_state ;;
  remains) v_remains ;;
  *) printf 'usage: guard.sh state|rollback|confirm\\n' >&2; exit 2 ;;
esac
`;
}

/** Settings shared by the programs of the guard: shell options, environment, names and paths. */
export function variables(order: Pick<GuardOrder, 'id' | 'job' | 'planDigest'>, place: GuardPlace): string {
  return `set -u
umask 022
PATH=${hostPath}
LC_ALL=C
DEBIAN_FRONTEND=noninteractive
export PATH LC_ALL DEBIAN_FRONTEND
V_ID=${shellQuote(order.id)}
V_JOB=${shellQuote(order.job)}
V_PLAN=${shellQuote(order.planDigest)}
V_STATE=${shellQuote(place.state)}
V_HERE=$V_STATE/guard/current
V_RUN=${shellQuote(place.run)}
V_SYSTEMD=${shellQuote(place.systemd)}
V_UNITS=${shellQuote(place.units)}
V_CRON=${shellQuote(place.cron)}
V_BOOT=${bootUnit}
V_BOOT_FINISH=${bootFinishUnit}
V_NEW_LOGIN=${place.newLogin ? 1 : 0}`;
}

/** A later step may rightly overwrite what an earlier one restored: only the last one is compared. */
function lastForEachPath(steps: readonly Step[]): readonly { readonly step: Step; readonly index: number }[] {
  return steps
    .map((step, index) => ({ step, index }))
    .filter(({ step, index }) => {
      if (step.step === 'run') return false;
      return !steps.slice(index + 1).some((later) => later.step !== 'run' && later.path === step.path);
    });
}
