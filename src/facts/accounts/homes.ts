import type { Question } from '../../core/fact.ts';

export interface HomeFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'other';
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

export interface Home {
  readonly user: string;
  /** Null where there is no such directory. */
  readonly directory: HomeFile | null;
  /** Start-up files of shells, `.netrc`, `.rhosts`, `.forward`, histories: those that are there. */
  readonly files: readonly HomeFile[];
}

const names = [
  '.profile .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .zshenv .zprofile .zshrc .zlogin .cshrc .login',
  '.pam_environment .netrc .rhosts .shosts .forward .pgpass .my.cnf .bash_history .zsh_history',
  '.ssh .ssh/rc .ssh/environment .ssh/config .config .config/systemd .config/systemd/user .local/bin bin',
].join(' ');

/** Homes of root and of everybody who can log in, and who may change what is run there at login. At most 200. */
export const accountsHomes: Question<readonly Home[]> = {
  id: 'accounts.homes',
  family: 'accounts',
  title: 'home directories of those who can log in, and the files that act at login',
  script: () => `command -v getent >/dev/null || { echo 'getent is missing' >&2; exit 127; }
getent passwd | awk -F: '$7 !~ /(nologin|false|sync|shutdown|halt)$/ { print $1 ":" $6 }' | head -n 200 |
  while IFS=: read -r user home; do
    printf 'user %s\\n' "$user"
    case $home in / | '' | [!/]*) continue ;; esac
    [ -d "$home" ] || continue
    set -- "$home"
    for name in ${names}; do [ ! -e "$home/$name" ] || set -- "$@" "$home/$name"; done
    stat -L -c '%a %U %G %F|%n' -- "$@"
  done
echo end`,
  privileged: true,
  timeout: 15,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `it ended with ${exitCode}`);
    const homes: { user: string; files: HomeFile[] }[] = [];
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end') throw new Error('the list of homes is not whole');
    for (const line of lines) {
      const [, user] = /^user (.*)$/.exec(line) ?? [];
      const [, mode = '', owner = '', group = '', type = '', path] =
        /^(\d+) (\S+) (\S+) ([^|]*)\|(.*)$/.exec(line) ?? [];
      const kind = type.startsWith('regular') ? 'file' : type === 'directory' ? 'directory' : 'other';
      if (user !== undefined) homes.push({ user, files: [] });
      else if (path !== undefined)
        homes.at(-1)?.files.push({ path, type: kind, mode: mode.padStart(4, '0'), owner, group });
    }
    return homes.map(({ user, files: [directory = null, ...files] }) => ({ user, directory, files }));
  },
};
