/**
 * The effective configuration of sshd as `sshd -T` prints it: keyword in lower case to its values
 * in order. A keyword that may be given several times (`port`, `listenaddress`, `hostkey`,
 * `allowusers`, `acceptenv`, `subsystem` …) has one value for each printed line. Values of `setenv` are left out.
 */
export type SshdSettings = Readonly<Record<string, readonly string[]>>;

/** Reads the output of `sshd -T` (sshd(8)). Throws an Error when a line is not `keyword value`. */
export function readSshdSettings(output: string): SshdSettings {
  const settings = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const setting = /^([a-z0-9]+)(?: (.*))?$/i.exec(line);
    if (setting === null) throw new Error(`sshd -T printed what is not a setting: "${line}"`);
    const keyword = (setting[1] ?? '').toLowerCase();
    const value = keyword === 'setenv' ? (setting[2] ?? '').replace(/=.*$/, '=…') : (setting[2] ?? '');
    settings.set(keyword, [...(settings.get(keyword) ?? []), value]);
  }
  if (settings.size === 0) throw new Error('sshd -T printed nothing');
  return Object.fromEntries(settings);
}
