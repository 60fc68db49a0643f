import type { Step } from '../core/change.ts';
import { hereDocument } from '../core/here-document.ts';
import { stepFunctions } from '../core/step-functions.ts';
import { compileStep } from '../core/step-script.ts';
import type { Plan } from '../core/plan.ts';
import { shellQuote } from '../lib/shell-quote.ts';

/** Programs whose effect stays within /etc/ssh, where the steps of a plan name only files of it. */
const confined = ['chmod', 'chown', 'mkdir', 'mv', 'ssh-keygen'];

/** Seconds after which the canary ends by itself, whatever became of us. */
const lifetime = 90;

/** The steps of a plan that change what sshd reads, and nothing beyond it. */
export function stepsWithinSsh(plan: Pick<Plan, 'changes'>): readonly Step[] {
  return plan.changes
    .flatMap((change) => change.do)
    .filter((step) =>
      step.step === 'run'
        ? confined.includes(step.argv[0]) && step.argv.some((word) => word.startsWith('/etc/ssh/'))
        : step.path.startsWith('/etc/ssh/'),
    );
}

/**
 * Script that starts the canary, as root: in a mount namespace of its own the steps are done on a
 * copy of /etc/ssh, and an sshd reads that on a random port of loopback. It prints `canary PORT
 * DIRECTORY`, or `canary failed` and what sshd said. Everything of it vanishes with the canary.
 */
export function startScript(plan: Pick<Plan, 'changes'>, user: string): string {
  const steps = stepsWithinSsh(plan);
  const functions = steps.map((step, index) => compileStep(step, `canary_step_${index}`)).join('');
  const program = hereDocument(`${stepFunctions}${functions}V_STEP_SECONDS=30
d=$1
fail() { echo "$1" >>"$d/log"; exit 1; }
mkdir "$d/etc" && mount -t tmpfs -o mode=0755 none "$d/etc" && cp -a /etc/ssh/. "$d/etc/" &&
  mount --bind "$d/etc" /etc/ssh || fail 'the configuration could not be copied'
${steps.map((_, index) => `canary_step_${index} >>"$d/log" 2>&1 || fail 'a step failed on the copy'`).join('\n')}
options=$(sed -n 's/^[[:space:]]*SSHD_OPTS=//p' /etc/default/ssh 2>/dev/null | tail -n 1 | tr -d "\\"'")
case " $options" in *' -p'*|*' -f'*|*' -E'*) options= ;; esac
sshd=$(command -v sshd)
set -f
"$sshd" -t $options >>"$d/log" 2>&1 || fail 'sshd refuses the configuration'
users=
! "$sshd" -T $options 2>/dev/null | grep -q '^allowusers .*@' || users="-oAllowUsers=$2@127.0.0.1"
set +f
find /etc/ssh/ -type f -exec grep -liE '^[[:space:]]*(ListenAddress|Port)[[:space:]=]' {} + | while IFS= read -r file; do
  sed -i -E 's/^[[:space:]]*(ListenAddress|Port)[[:space:]=]/#&/I' "$file"
done
set -f
port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 30000))
echo "$port" >"$d/port"
echo $$ >"$d/pid"
exec "$sshd" -D -E "$d/log" $options $users -o PidFile=none -o LogLevel=VERBOSE -o "ListenAddress=127.0.0.1:$port"
`);
  return `d=$(mktemp -d /run/valops-canary.XXXXXX) || exit 41
${program.encoding === 'plain' ? 'cat' : 'base64 -d'} >"$d/run.sh" ${program.redirect}
${program.body}
: >"$d/log"
made=
[ -d /run/sshd ] || { mkdir -m 0755 /run/sshd && made=/run/sshd; }
setsid sh -c 'timeout -k 5 ${lifetime} unshare -m --propagation private sh "$1/run.sh" "$1" "$2"; : >"$1/ended"; sleep 2
rm -rf "$1"; [ -z "$3" ] || rmdir "$3" 2>/dev/null' sh "$d" ${shellQuote(user)} "$made" </dev/null >/dev/null 2>&1 &
n=0
while [ "$n" -lt 150 ]; do
  if grep -q '^Server listening on' "$d/log"; then echo "canary $(cat "$d/port") $d"; exit 0; fi
  [ ! -e "$d/ended" ] || break
  n=$((n + 1))
  sleep 0.1
done
echo 'canary failed'
tail -n 5 "$d/log"
`;
}

/** Script that ends the canary in its directory and prints the last lines of its log. */
export function stopScript(directory: string): string {
  return `d=${shellQuote(directory)}
tail -n 8 "$d/log" 2>/dev/null
[ ! -s "$d/pid" ] || kill "$(cat "$d/pid")" 2>/dev/null
n=0
while [ -e "$d" ] && [ "$n" -lt 80 ]; do sleep 0.1; n=$((n + 1)); done
[ ! -e "$d" ]
`;
}
