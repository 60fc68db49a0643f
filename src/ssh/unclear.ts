import type { Refusal } from '../core/plan.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import type { Judged } from './judged.ts';
import { isRepeatable, type MatchOverride } from './match-overrides.ts';
import { dropInPath } from './own-files.ts';
import type { SshState } from './state.ts';

/** What a configuration holds that no file of ours can bring within the policy: refused, never left in silence. */
export function refuseUnclear(
  policy: SshPolicy,
  { files, unit, login }: SshState,
  judged: readonly Judged[],
  overrides: readonly MatchOverride[],
): readonly Refusal[] {
  const conditions = overrides
    .filter(({ condition, answered }) => !answered && !isRepeatable(condition))
    .map(({ directive, condition }) => ({
      rule: 'SSH_MATCH_UNCLEAR',
      message: `"${directive.file}" line ${directive.line} gives away ${directive.keyword} under "Match ${condition}", which cannot be repeated`,
      hint: `Take line ${directive.line} out of ${directive.file}.`,
    }));
  const keywords = new Set(judged.map(({ setting }) => setting.directive.toLowerCase()));
  const options = [...unit.options.matchAll(/(?:^|\s)-o\s*"?(\w+)/g)].map(([, name = '']) => name);
  const commandLine = options
    .filter((name) => keywords.has(name.toLowerCase()))
    .map((name) => ({
      rule: 'SSH_COMMAND_LINE',
      message: `sshd is started with -o ${name}, which wins over every file`,
      hint: 'Take it out of SSHD_OPTS in /etc/default/ssh, then restart ssh.',
    }));
  const nobody = judged
    .filter(({ within, setting }) => !within && setting.wanted.kind === 'any-of')
    .map(({ setting }) => ({
      rule: 'SSH_NOBODY_NAMED',
      message: `the profile "${policy.name}" wants those named who may log in (${setting.sources.join(', ')})`,
      hint: 'Name them in valops.yaml: ssh: { allowUsers: [ops] }',
    }));
  return [...conditions, ...commandLine, ...nobody, ...refusePort(policy, { files, unit, login })];
}

/** ListenAddress lines with a port of their own win over Port; -p wins over both. */
function refusePort(
  { port }: SshPolicy,
  { files, unit }: Pick<SshState, 'files' | 'unit' | 'login'>,
): readonly Refusal[] {
  if (port === undefined) return [];
  const hint = 'Let ssh.port in valops.yaml be the only place that names the port.';
  const fixed = files.directives
    .filter(({ keyword, file }) => keyword === 'listenaddress' && file !== dropInPath)
    .filter(
      ({ arguments: [address = ''] }) => /^\[.*\]:\d+$|^[^:]*:\d+$/.test(address) && !address.endsWith(`:${port}`),
    )
    .map(({ file, line }) => ({ rule: 'SSH_PORT_FIXED', message: `"${file}" line ${line} names another port`, hint }));
  const option = /(?:^|\s)-p\s*\d+/.test(unit.options)
    ? [{ rule: 'SSH_PORT_FIXED', message: 'sshd is started with -p', hint }]
    : [];
  return [...fixed, ...option];
}
