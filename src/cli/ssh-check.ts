import type { Context } from '../core/context.ts';
import type { SshCheck } from '../ssh/check.ts';
import type { Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import type { Options, Outcome } from './command.ts';
import { onEachHost } from './each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from './host-answers.ts';
import { openHosts } from './host-options.ts';

/** `valops ssh check`: every selected host against its policy. */
export async function checkHosts(context: Context, options: Options): Promise<Outcome> {
  const { gather } = await import('../core/gather.ts');
  const { resolveSshPolicy } = await import('../policy/ssh/policy.ts');
  const { checkSsh } = await import('../ssh/check.ts');
  const { sshQuestions } = await import('../ssh/state.ts');
  const selection = await openHosts(context, options);
  const policy = resolveSshPolicy(selection.config.ssh, read(options).text('profile'));
  const answers = await onEachHost(context, selection, null, async (host) =>
    checkSsh(policy, await gather(host, sshQuestions, context)),
  );
  return {
    document: {
      schema: 'valops/ssh-check/1',
      profile: policy.name,
      hosts: answerDocuments(answers, (checks) => ({ checks })),
    },
    text: (style) => answerTexts(answers, style, (checks, name) => render(name, policy.name, checks, style)),
    exitStatus: answerStatus(answers, (checks) => checks.some(isShort)),
  };
}

function isShort({ result }: SshCheck): boolean {
  return result === 'fail' || result === 'unknown';
}

function render(name: string, profile: string, checks: readonly SshCheck[], style: Style): string {
  const lines = checks.filter(isShort).map(({ id, result, wanted, effective, setBy, reason, sources }) => {
    const found = effective === null ? 'not set' : cut(effective);
    const by = setBy === null ? '' : ` (${setBy})`;
    return `  ${style.bad(result)} ${style.heading(id)}: ${found}${by}, wanted ${cut(wanted)}\n       ${style.dim(`${reason}; ${sources.join(', ')}`)}\n`;
  });
  const passed = checks.filter(({ result }) => result === 'pass').length;
  const skipped = checks.filter(({ result }) => result === 'skip').length;
  const counts = `${lines.length} short of "${profile}", ${passed} within, ${skipped} not applicable`;
  return `${style.heading(name)}: ${counts}\n${lines.join('')}`;
}

function cut(text: string): string {
  const line = text.replaceAll('\n', '; ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
