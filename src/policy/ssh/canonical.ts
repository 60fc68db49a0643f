/** Directives whose lines add up instead of the first one winning (sshd_config(5), servconf.c). */
export const additive: ReadonlySet<string> = new Set([
  'acceptenv',
  'allowgroups',
  'allowusers',
  'denygroups',
  'denyusers',
  'hostkey',
  'hostcertificate',
  'listenaddress',
  'port',
  'subsystem',
]);

/** Directives with a value in the time format of sshd_config(5). */
const times: ReadonlySet<string> = new Set(['clientaliveinterval', 'logingracetime']);

const aliases: Readonly<Record<string, string>> = {
  'prohibit-password': 'without-password',
  true: 'yes',
  false: 'no',
};

/**
 * A value as `sshd -T` prints it: words of one meaning become one, times become seconds, blanks
 * become single. Paths and patterns keep their case.
 */
export function canonical(directive: string, value: string): string {
  const keyword = directive.toLowerCase();
  const text = value.trim().replaceAll(/\s+/g, ' ');
  if (times.has(keyword)) return String(seconds(text) ?? text);
  if (keyword === 'loglevel') return text.toUpperCase();
  const lower = text.toLowerCase();
  return aliases[lower] ?? (lower === 'yes' || lower === 'no' || lower === 'none' || lower === 'any' ? lower : text);
}

/** The time format of sshd_config(5), `1h30m` or plain seconds; null for anything else. */
function seconds(text: string): number | null {
  if (!/^(\d+[smhdw]?)+$/i.test(text)) return null;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  return [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce(
    (sum, [, amount = '0', unit = '']) => sum + Number(amount) * (units[unit.toLowerCase()] ?? 1),
    0,
  );
}
