import { stepFunctions } from '../step-functions.ts';
import { type GuardOrder, variables } from './guard-program.ts';
import type { GuardPlace } from './place.ts';
import { stateFunctions } from './state-functions.ts';

/**
 * The script that disarms one guard under which nothing was begun, and prints `state NAME` of it
 * afterwards, and `remains PATH` for each file that it could not remove. It waits for an arm that is
 * still under way, and writes nothing.
 */
export function compileCancel(order: Pick<GuardOrder, 'id' | 'job' | 'planDigest'>, place: GuardPlace): string {
  return `${variables(order, place)}
${stepFunctions}${stateFunctions}
if [ -e "$V_STATE/guard/lock" ]; then
  exec 9<"$V_STATE/guard/lock"
  if flock -w 20 9; then V_LOCKED=1; fi
  v_cancel
fi
printf 'state %s\\n' "$(v_state)"
v_remains
`;
}
