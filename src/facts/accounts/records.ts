import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface AccountRecords {
  /** Lines of /etc/passwd and /etc/group by name; one that NSS has from elsewhere is in neither. */
  readonly users: readonly { readonly name: string; readonly line: number }[];
  readonly groups: readonly { readonly name: string; readonly line: number }[];
  /** For each user with a salted password hash: 32 hex digits of a digest of it, to see that it changed. */
  readonly passwords: readonly { readonly user: string; readonly digest: string }[];
  /** Lines of sudoers that mean something, those of included files too, in the order of sudo. */
  readonly sudoers: readonly { readonly file: string; readonly line: number; readonly text: string }[];
}

/**
 * Where users, groups and sudo rules are written. A password hash stays on the host: what leaves is
 * SHA-256 over hash and salt together, which tells nobody whether a guess is right.
 */
export const accountsRecords: Question<AccountRecords> = {
  id: 'accounts.records',
  family: 'accounts',
  title: 'lines of passwd, group and sudoers; whether a password was changed',
  script: () => `${partFunctions}
passwords() {
  awk -F: '$2 ~ /^\\$/ { print $1 " " $2 }' /etc/shadow | head -n 100 | while read -r user hash; do
    printf '%s ' "$user"
    printf '%s' "$hash" | sha256sum
  done
}
lines() { awk -F: '{ print FNR " " $1 }' "$1"; }
part users lines /etc/passwd
part groups lines /etc/group
part passwords passwords
sudoers() {
  [ -f "$1" ] || return 0
  part "sudoers $1" cat -- "$1"
  [ "$2" -lt 4 ] || return 0
  sed -n 's/^[@#]include\\(dir\\)\\{0,1\\}[[:blank:]]\\{1,\\}\\(.*\\)$/\\1 \\2/p' "$1" | tr -d '"' | while IFS=' ' read -r kind place; do
    [ "$kind" = dir ] || { place=$kind$place; sudoers "$place" "$(($2 + 1))"; continue; }
    for inner in "$place"/*; do
      case \${inner##*/} in *.* | *~) ;; *) sudoers "$inner" "$(($2 + 1))" ;; esac
    done
  done
}
sudoers /etc/sudoers 0`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const table = (name: string): readonly { name: string; line: number }[] => {
      const { status, text } = partOf(parts, name);
      if (status !== 0) throw new Error(`the ${name} could not be read`);
      return rows(text).map(([line = '', ...rest]) => ({ name: rest.join(' '), line: Number(line) }));
    };
    const passwords = partOf(parts, 'passwords');
    if (passwords.status !== 0) throw new Error('shadow could not be read');
    return {
      users: table('users'),
      groups: table('groups'),
      passwords: rows(passwords.text).map(([user = '', digest = '']) => ({ user, digest: digest.slice(0, 32) })),
      sudoers: [...parts].flatMap(([name, { status, exact }]) => {
        if (!name.startsWith('sudoers ')) return [];
        const file = name.slice('sudoers '.length);
        if (status !== 0) throw new Error(`"${file}" could not be read`);
        return sudoersLines(exact).map((one) => ({ file, ...one }));
      }),
    };
  },
};

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}

/** A line ended by a backslash goes on; `#` starts a comment unless an include or a uid follows (sudoers(5)). */
function sudoersLines(text: string): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let start = 0;
  let whole = '';
  for (const [index, line] of text.split('\n').entries()) {
    if (whole === '') start = index + 1;
    whole += line.replace(/\\$/, ' ');
    if (line.endsWith('\\')) continue;
    const meaning = (/^\s*#(?:include|\d)/.test(whole) ? whole : whole.replace(/(?:^|\s)#(?!\d).*$/, ''))
      .trim()
      .replaceAll(/\s+/g, ' ');
    if (meaning !== '') found.push({ line: start, text: meaning });
    whole = '';
  }
  return found;
}
