/** What a script of the guard printed: `name value` lines; the last one wins. */
export type Reply = ReadonlyMap<string, string>;

/** Every value of one name, in order. */
export function everyReply(stdout: Uint8Array, name: string): readonly string[] {
  const lines = new TextDecoder().decode(stdout).split('\n');
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

/** Reads the `name value` lines of a guard's script. Never throws: what is missing is missing. */
export function readReply(stdout: Uint8Array): Reply {
  const lines = new TextDecoder().decode(stdout).split('\n');
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const match = /^([a-z-]+) (.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
    }),
  );
}
