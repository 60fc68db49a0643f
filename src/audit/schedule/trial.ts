import { shellQuote, shellWords } from '../../lib/shell-quote.ts';
import { environmentOf, type ScheduleOrder } from './order.ts';
import { serviceProperties } from './units.ts';

/**
 * A script that runs a command in the surroundings of a scheduled run: by a transient service of systemd with the
 * same properties, or as cron does: nothing in the environment but what the line sets, no terminal, from the home of
 * its user. Its standard error comes on descriptor 2, and its exit status is that of the command.
 */
export function trialScript(order: ScheduleOrder, systemd: boolean, command: readonly string[]): string {
  if (systemd) {
    const properties = serviceProperties(order).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
    const words = [
      'systemd-run',
      '--quiet',
      '--wait',
      '--pipe',
      '--collect',
      '-p',
      'SuccessExitStatus=3',
      ...properties,
    ];
    return `exec ${shellWords([...words, '--', ...command])} </dev/null\n`;
  }
  const { user } = order;
  const environment: Readonly<Record<string, string>> = { ...environmentOf(order), SHELL: '/bin/sh', LOGNAME: user };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const words = ['env', '-i', ...variables, 'setsid', '-w', '/bin/sh', '-c', `umask 077; ${shellWords(command)}`];
  const asUser = user === 'root' ? words : ['setpriv', '--reuid', user, '--init-groups', '--', ...words];
  return `cd ${shellQuote(environment['HOME'] ?? '/')} 2>/dev/null || cd /\nexec ${shellWords(asUser)} </dev/null\n`;
}
