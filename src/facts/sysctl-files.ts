/** A setting of sysctl.d(5) as it stands in a file. */
export interface PersistedSysctl {
  /** With dots: `kernel.kptr_restrict`; may hold `*`. */
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** False where no service reads the file at boot: systemd leaves /etc/sysctl.conf alone unless a link in sysctl.d leads to it. */
  readonly atBoot: boolean;
}

/** Directories of sysctl.d(5), the strongest first. */
const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'];

/** Shell lines that print every setting of every file as `path:line:text`, in the function `persisted`; and links to /etc/sysctl.conf in `linked`. */
export const sysctlFunctions = `persisted() {
  for directory in ${directories.join(' ')}; do
    [ "$directory" != /lib/sysctl.d ] || [ ! -L /lib ] || continue
    for path in "$directory"/*.conf; do [ ! -f "$path" ] || printf '%s\\0' "$path"; done
  done | xargs -0 grep -anHE '^[^#;]*=' -- /etc/sysctl.conf 2>/dev/null
  [ -e /etc/sysctl.conf ] || :
}
linked() {
  for path in /etc/sysctl.d/*.conf; do
    [ ! -L "$path" ] || [ "$(readlink -f "$path")" != /etc/sysctl.conf ] || echo "$path"
  done
}
`;

/** A key as sysctl.d(5) reads it: the first separator decides whether dots or slashes part the words. */
export function sysctlName(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  return first === '/' ? key.replaceAll(/[./]/g, (one) => (one === '/' ? '.' : '/')) : key;
}

/**
 * Reads `path:line:text` lines: the settings in force after a boot, the last of each name, and those of a
 * file that is not read at boot.
 */
export function readPersisted(lines: readonly string[], linked: boolean): readonly PersistedSysctl[] {
  const all = lines.flatMap((text): PersistedSysctl[] => {
    const match = /^(\/.*?):(\d+):\s*-?\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(text);
    if (match === null) return [];
    const [, file = '', line = '', key = '', value = ''] = match;
    const atBoot = file !== '/etc/sysctl.conf';
    if (!atBoot && linked) return [];
    return [{ name: sysctlName(key), value: value.replaceAll(/\s+/g, ' '), file, line: Number(line), atBoot }];
  });
  const base = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
  const rank = (file: string): number => directories.findIndex((directory) => file.startsWith(`${directory}/`));
  // a file hides those of the same name in weaker directories
  const strongest = new Map<string, number>();
  for (const { file } of all) {
    const known = strongest.get(base(file));
    if (known === undefined || rank(file) < known) strongest.set(base(file), rank(file));
  }
  const order = (one: PersistedSysctl): string => `${base(one.file)} ${String(one.line).padStart(9, '0')}`;
  const read = all
    .filter(({ file, atBoot }) => !atBoot || strongest.get(base(file)) === rank(file))
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return [...new Map(read.map((one) => [`${one.name} ${String(one.atBoot)}`, one])).values()];
}
