import { createHash } from 'node:crypto';

const digest = (text: string): string => `#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;

/** A rule of sudoers with a digest in place of what follows each command: passwords stand there, and a baseline leaves the host. */
export function withoutArguments(rule: string): string {
  return rule.replaceAll(/(?<=[\s,:=!])(\/[^\s,]+) +([^,]+)/g, (_, command: string, rest: string) => {
    return rest.trim() === '' ? command : `${command} ${digest(rest.trim())}`;
  });
}

/** An option of authorized_keys with a digest in place of the arguments of its command, or the value of its variable. */
export function keyOption(option: string): string {
  const [, name = '', start = '', rest = ''] =
    /^(command|environment)="([^\s="\\]*)([\s="\\].*)"$/is.exec(option) ?? [];
  return name === '' ? option : `${name}="${start} ${digest(rest)}"`;
}
