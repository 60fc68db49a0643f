import { z } from 'zod';
import type { Question } from '../../core/fact.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type GuardedPath, guardedPathsFunction, readGuardedPaths } from '../root-only.ts';

export interface SudoRule {
  /** `ops`, `%sudo`, `#1000`, `ALL`, `+netgroup`; aliases are written out, `!` before what is excluded. */
  readonly users: readonly string[];
  /** Users it may be run as; empty: root. */
  readonly runAs: readonly string[];
  readonly commands: readonly string[];
  /** False with NOPASSWD. */
  readonly password: boolean;
}

export interface SudoRules {
  readonly rules: readonly SudoRule[];
  /** For everybody, for example `use_pty` true, `timestamp_timeout` 15. */
  readonly defaults: Readonly<Record<string, string | boolean>>;
  /** sudoers, its directory and the files in it. */
  readonly files: readonly (FileMetadata & { readonly path: string })[];
  /** Programs that rules name by path. */
  readonly programs: readonly GuardedPath[];
}

const member = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const schema = z.object({
  Defaults: z
    .array(
      z.object({
        Binding: z.array(z.unknown()).optional(),
        Options: z.array(z.record(z.string(), z.unknown())),
      }),
    )
    .optional(),
  User_Specs: z
    .array(
      z.object({
        User_List: z.array(member),
        Cmnd_Specs: z.array(
          z.object({
            runasusers: z.array(member).optional(),
            Options: z.array(z.record(z.string(), z.unknown())).optional(),
            Commands: z.array(member),
          }),
        ),
      }),
    )
    .optional(),
});

/** What the files of sudo say (sudoers(5)), read by sudo's own cvtsudoers. Null where sudo is not installed. */
export const accountsSudoRules: Question<SudoRules | null> = {
  id: 'accounts.sudo-rules',
  family: 'accounts',
  title: 'rules and defaults of sudo, its files, the programs it lets be run',
  script: () => `${partFunctions}${guardedPathsFunction}
command -v sudo >/dev/null || { part absent true; exit 0; }
command -v cvtsudoers >/dev/null || { echo 'cvtsudoers is not installed: this sudo does not tell its rules' >&2; exit 127; }
for path in /etc/sudoers /etc/sudoers.d /etc/sudoers.d/*; do
  [ ! -e "$path" ] || metadata "$path"
done
rules=$(cvtsudoers -e -f json /etc/sudoers) || exit 1
part rules printf '%s\\n' "$rules"
printf '%s\\n' "$rules" | sed -n 's/.*"command": "!*\\(\\/[^ "]*\\).*/\\1/p' | guarded_paths`,
  privileged: true,
  timeout: 15,
  parse: ({ exitCode, stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
    if (exitCode !== 0) throw new Error(stderr.trim().split('\n')[0] || `cvtsudoers ended with ${exitCode}`);
    const read = schema.safeParse(JSON.parse(partOf(parts, 'rules').text));
    if (!read.success) throw new Error('cvtsudoers printed what cannot be read');
    const { Defaults: defaults = [], User_Specs: specs = [] } = read.data;
    return {
      rules: specs.flatMap((spec) =>
        spec.Cmnd_Specs.map((one) => ({
          users: spec.User_List.map(nameOf),
          runAs: (one.runasusers ?? []).map(nameOf),
          commands: one.Commands.map(nameOf),
          password: !(one.Options ?? []).some(({ authenticate }) => authenticate === false),
        })),
      ),
      defaults: Object.fromEntries(
        defaults
          .filter(({ Binding: binding }) => binding === undefined)
          .flatMap(({ Options: options }) => options.flatMap((option) => Object.entries(option)))
          .map(([name, value]) => [
            name,
            typeof value === 'boolean'
              ? value
              : typeof value === 'string' || typeof value === 'number'
                ? String(value)
                : JSON.stringify(value),
          ]),
      ),
      files: [...parts.keys()]
        .filter((name) => name.startsWith('stat /'))
        .flatMap((name) => {
          const path = name.slice('stat '.length);
          const file = readMetadata(parts, path);
          return file === null ? [] : [{ path, ...file }];
        }),
      programs: readGuardedPaths(parts),
    };
  },
};

const prefixes: Readonly<Record<string, string>> = { usergroup: '%', userid: '#', usergid: '%#', netgroup: '+' };

/** One member of a list, as sudoers writes it. */
function nameOf(one: z.infer<typeof member>): string {
  const negated = one['negated'] === true ? '!' : '';
  const [kind = '', value = ''] = Object.entries(one).find(([key]) => key !== 'negated') ?? [];
  return `${negated}${prefixes[kind] ?? ''}${String(value)}`;
}
