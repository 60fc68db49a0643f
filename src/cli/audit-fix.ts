import type { Check } from '../audit/check.ts';
import { checks as allChecks } from '../audit/checks/registry.ts';
import { allChecklists } from '../audit/select.ts';
import { hardenJob } from '../harden/job.ts';
import { firewallJob } from '../firewall/job.ts';
import { resolveSshPolicy } from '../policy/ssh/policy.ts';
import { sshJob } from '../ssh/job.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import type { Job } from '../core/job.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import { configOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { firewallOrder } from './firewall-order.ts';
import { runPlan } from './plan-run.ts';

/** A finding that a person has to put right, and how. */
interface ByHand {
  readonly id: string;
  readonly title: string;
  readonly remediation: string;
}

/**
 * `valops audit fix`: the plan of what the engine can put right, and the remediation of the rest. Exit 3 when
 * something is left for a person, unless the plan itself ended otherwise.
 */
export async function fixFindings(context: Context, words: readonly string[], options: Options): Promise<Outcome> {
  const config = configOf(context, options);
  const { checks, byHand } = select(words, config);
  const fixes = new Set(checks.flatMap(({ fix }) => fix ?? []));
  if (fixes.size === 0) {
    return {
      document: { schema: 'valops/audit-fix/1', byHand, plan: null },
      text: (style) => render(byHand, style),
      exitStatus: exitStatus.findings,
    };
  }
  const outcome = await runPlan(context, {
    options,
    planOnly: false,
    job: (own) => jobOf(fixes, own, options, (message) => context.events.emit({ kind: 'warning', message })),
  });
  if (byHand.length === 0) return outcome;
  return {
    document: { schema: 'valops/audit-fix/1', byHand, plan: outcome.document },
    text: (style) => `${outcome.text(style)}\n${render(byHand, style)}`,
    // what went wrong counts for more than what is left
    exitStatus: outcome.exitStatus || exitStatus.findings,
  };
}

function jobOf(
  fixes: ReadonlySet<'ssh' | 'firewall'>,
  config: Config,
  options: Options,
  say: (message: string) => void,
): Job {
  const profile = config.ssh.profile ?? config.audit.profile;
  const ssh = resolveSshPolicy(profile === undefined ? config.ssh : { ...config.ssh, profile });
  const firewall = firewallOrder(config, options);
  if (!fixes.has('firewall')) return sshJob(ssh, say);
  return fixes.has('ssh') ? hardenJob(firewall, ssh, say) : firewallJob(firewall);
}

/** Every word names something. Throws USAGE for those that do not. */
function select(
  words: readonly string[],
  { audit }: Config,
): { readonly checks: readonly Check[]; readonly byHand: readonly ByHand[] } {
  const lists = allChecklists(audit);
  const others = [
    ...lists
      .flatMap(({ manual }) => manual)
      .map(({ id, title }) => ({
        id: id as string,
        title,
        remediation: `look at it, then: valops audit attest ${id}`,
      })),
    ...lists
      .flatMap(({ own }) => own)
      .map(({ id, title, run }) => ({
        id: id as string,
        title,
        remediation: `it is declared in valops.yaml; see what it says: ${run.join(' ')}`,
      })),
  ];
  const isNamed = (id: string): boolean => words.some((word) => isNamedBy(word, id));
  const lost = words.find((word) => ![...allChecks, ...others].some(({ id }) => isNamedBy(word, id)));
  if (lost !== undefined)
    throw new ValopsError('USAGE', `there is no check "${lost}"`, { hint: 'List them: valops audit list' });
  const checks = allChecks.filter(({ id }) => isNamed(id));
  const byHand = [
    ...checks
      .filter(({ fix }) => fix === undefined)
      .map(({ id, title, remediation }) => ({ id: id as string, title, remediation })),
    ...new Map(others.filter(({ id }) => isNamed(id)).map((one) => [one.id, one])).values(),
  ];
  return { checks, byHand };
}

function isNamedBy(word: string, id: string): boolean {
  return word.endsWith('.*') ? id.startsWith(word.slice(0, -1)) : id === word;
}

function render(byHand: readonly ByHand[], style: Style): string {
  return [
    `${style.warn('to be put right by hand:')}\n`,
    ...byHand.map(({ id, title, remediation }) => `  ${style.heading(id)}: ${title}\n    ${remediation}\n`),
  ].join('');
}
