import { createHash } from 'node:crypto';
import type { Question } from '../../core/fact.ts';

/** A text file that runs or configures code, by its lines that mean something. */
export interface LinesOfFile {
  readonly path: string;
  /** 16 hex digits of the SHA-256 of each line: what it says may be a secret, and is not kept. */
  readonly lines: readonly { readonly line: number; readonly digest: string }[];
}

const files = [
  '/etc/crontab /etc/anacrontab /etc/cron.d/* /var/spool/cron/crontabs/*',
  '/etc/profile /etc/profile.d/* /etc/bash.bashrc /etc/environment /etc/rc.local /etc/ssh/sshrc',
  '/etc/ld.so.preload /etc/ld.so.conf /etc/ld.so.conf.d/* /etc/modules /etc/modules-load.d/* /etc/pam.d/*',
  '/etc/security/pam_env.conf /etc/security/access.conf /etc/security/limits.conf /etc/security/limits.d/*',
  '/etc/systemd/system/* /etc/systemd/system/*.d/*',
].join(' ');
const inHomes = '.profile .bashrc .bash_profile .bash_login .bash_aliases .bash_logout .zshrc .zshenv .ssh/rc';

/** Lines of start-up files, tables of cron, PAM and units; all of such a file but comments. Files of more than 256 KiB are left out; homes: at most 100. */
export const persistenceLineDigests: Question<readonly LinesOfFile[]> = {
  id: 'persistence.line-digests',
  family: 'persistence',
  title: 'lines of the text files by which code is run or power granted, as digests',
  script: () => `set --
add() { if [ -f "$1" ] && [ ! -L "$1" ]; then return 0; fi; return 1; }
for path in ${files}; do ! add "$path" || set -- "$@" "$path"; done
while IFS= read -r home; do
  case $home in / | '' | [!/]*) continue ;; esac
  for name in ${inHomes}; do ! add "$home/$name" || set -- "$@" "$home/$name"; done
done <<HOMES
$(getent passwd | cut -d: -f6 | sort -u | head -n 100)
HOMES
[ $# = 0 ] || {
  # a name with "=" would be an assignment to awk
  /usr/bin/find "$@" -maxdepth 0 -type f -size -512 ! -path '*=*' -printf '0\\t%p\\t\\n' || exit
  /usr/bin/find "$@" -maxdepth 0 -type f -size -512 ! -path '*=*' -exec awk '
    { sub(/^[ \\t]+/, ""); sub(/[ \\t\\r]+$/, "") }
    $0 != "" && ($0 !~ /^#/ || (FNR == 1 && /^#!/)) { print FNR "\\t" FILENAME "\\t" $0 }' {} + || exit
}
echo end`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout, stderr }) => {
    const lines = stdout.split('\n').slice(0, -1);
    if (lines.pop() !== 'end') throw new Error(stderr.trim() || 'the answer is not whole');
    const found = new Map<string, { line: number; digest: string }[]>();
    for (const one of lines) {
      const [, line = '', path = '', text = ''] = /^(\d+)\t(\/[^\t]*)\t(.*)$/s.exec(one) ?? [];
      if (path === '') throw new Error('a file has a name that cannot be listed');
      const before = found.get(path) ?? [];
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
      found.set(path, line === '0' ? before : [...before, { line: Number(line), digest }]);
    }
    return [...found].map(([path, of]) => ({ path, lines: of }));
  },
};
