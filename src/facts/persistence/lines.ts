import type { Question } from '../../core/fact.ts';
import { placesAsArguments } from '../persistence-roots.ts';

export interface PlaceLine {
  readonly path: string;
  readonly line: number;
  /**
   * `fetch`: downloads and runs; `remote-shell`: gives a shell to the network; `encoded`: decodes what it may
   * run; `temporary`: runs a program of /tmp or the like; `variable`: sets one that makes programs run
   * other code; `package-hook`, `udev-hook`, `module-hook`, `log-hook`: runs a program at that event.
   */
  readonly why:
    | 'fetch'
    | 'remote-shell'
    | 'encoded'
    | 'temporary'
    | 'variable'
    | 'package-hook'
    | 'udev-hook'
    | 'module-hook'
    | 'log-hook';
  /** Name of the variable; empty otherwise. The line itself stays on the host: it may hold a secret. */
  readonly name: string;
}

export interface PlaceLines {
  readonly lines: readonly PlaceLine[];
  /** Places of homes that were not read: links to directories elsewhere, too many names; left out where there are none. */
  readonly unread?: readonly string[];
  /** Variables of systemd's own environment that make programs run other code. */
  readonly manager: readonly string[];
}

const variables =
  'LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH GCONV_PATH BASH_ENV PROMPT_COMMAND PYTHONPATH PYTHONSTARTUP PERL5LIB PERL5OPT NODE_OPTIONS RUBYOPT';
const temporary = String.raw`\/(tmp|var\/tmp|dev\/shm)\/`;
const whys: readonly string[] = [
  ...['fetch', 'remote-shell', 'encoded', 'temporary', 'variable'],
  ...['package-hook', 'udev-hook', 'module-hook', 'log-hook'],
];

/** Lines worth a look in files by which the host runs code; comments and files above 1 MiB are not read. */
export const persistenceLines: Question<PlaceLines> = {
  id: 'persistence.lines',
  family: 'persistence',
  title: 'lines in such files that fetch, decode, preload or hook',
  script: () => `${placesAsArguments([
    ...(['cron', 'at', 'unit', 'user-unit', 'generator', 'service-manager', 'init', 'shell', 'login', 'pam'] as const),
    ...(['environment', 'sudo', 'udev', 'package-hook', 'kernel-module', 'boot-image', 'network-hook'] as const),
    ...(['log-hook', 'desktop', 'python'] as const),
  ])}
/usr/bin/find -H "$@" -maxdepth 8 -type f -size -1024k -exec awk '
  # of each home at most 200: no user can push the lines of others out of the list
  function tell(why, name,  part, home, file) {
    home = FILENAME
    if (split(FILENAME, part, "/") > 3 && part[2] == "home") home = part[3]
    file = FILENAME
    gsub(/\\n/, "\\001", file)
    if (told[home]++ < 200) print why "\\t" name "\\t" FNR "\\t" file
  }
  BEGIN { n = split("${variables}", variable, " ") }
  /^[ \\t]*(#|;|\\/\\/)/ { next }
  {
    if ($0 ~ /(curl|wget)[ \\t].*[|][ \\t]*(sudo[ \\t]+)?[a-z\\/]*(sh|python3?|perl)([ \\t;"]|$)/ || $0 ~ /([$<][(]|\`)[ \\t]*(curl|wget)[ \\t]/) tell("fetch", "")
    if ($0 ~ /\\/dev\\/(tcp|udp)\\// || $0 ~ /(^|[ \\t\\/])(nc|ncat|netcat)[ \\t](.*[ \\t])?-[a-z]*e([ \\t]|$)/ || $0 ~ /socat.*(exec|system):/) tell("remote-shell", "")
    if ($0 ~ /base64[ \\t]+(-d|-D|--decode)/ || $0 ~ /xxd[ \\t]+-r/) tell("encoded", "")
    if ($0 ~ /(^|[;&|][ \\t]*|(^|[ \\t\\/=])(sh|bash|dash|python3?|perl|node|source|exec|nohup|[.])[ \\t]+|^Exec[A-Za-z]+=[-@+!:|]*)${temporary}/) tell("temporary", "")
    if ($0 ~ /(LD_|GCONV_|BASH_ENV|PROMPT_|PYTHON|PERL5|NODE_OPT|RUBYOPT)/)
      for (i = 1; i <= n; i++) if ($0 ~ "(^|[ \\t=;]|\\042|\\047)" variable[i] "([ \\t]*=|[ \\t]+(DEFAULT|OVERRIDE))") tell("variable", variable[i])
    if (FILENAME ~ /\\/apt\\/apt.conf/ && $0 ~ /(Invoke|Pre-Install-Pkgs|AutoDetect|Auto-Detect)/ || FILENAME ~ /^\\/etc\\/dpkg\\// && $0 ~ /^(pre-invoke|post-invoke|status-logger)/) tell("package-hook", "")
    if (FILENAME ~ /\\/udev\\// && $0 ~ /(RUN|PROGRAM|IMPORT.program.)([{][a-z]+[}])?[ \\t]*[+:]?=/) tell("udev-hook", "")
    if (FILENAME ~ /\\/modprobe/ && $0 ~ /^[ \\t]*(install|remove)[ \\t]/ && $0 !~ /\\/(true|false)[ \\t]*$/) tell("module-hook", "")
    if (FILENAME ~ /rsyslog/ && $0 ~ /(omprog|[ \\t]\\^\\/)/) tell("log-hook", "")
  }' {} + 2>/dev/null | head -n 20001
printf '%s' "$strays" | sed 's/^/unread\\t/'
[ ! -d /run/systemd/system ] || systemctl show-environment 2>/dev/null | sed -n 's/^\\(${variables.replaceAll(' ', String.raw`\|`)}\\)=.*/manager\\t\\1/p'
echo end`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const rows = stdout.split('\n').filter(Boolean);
    if (rows.pop() !== 'end') throw new Error('the list of lines is not whole');
    const starting = (word: string): readonly string[] =>
      rows.filter((row) => row.startsWith(`${word}\t`)).map((row) => row.slice(word.length + 1));
    const [manager, unread] = [starting('manager'), starting('unread')];
    const lines = rows.filter((row) => !/^(?:manager|unread)\t/.test(row)).map(readRow);
    if (lines.length > 20_000) throw new Error('more than 20000 lines: not looked at');
    return {
      lines: lines.toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1)),
      ...(unread.length === 0 ? {} : { unread }),
      manager,
    };
  },
};

function readRow(row: string): PlaceLine {
  const [why = '', name = '', line, ...path] = row.split('\t');
  if (!whys.includes(why) || path.length === 0)
    throw new Error(`a file has a name that cannot be listed: ${JSON.stringify(row.slice(0, 200))}`);
  return { path: path.join('\t').replaceAll('\u0001', '\n'), line: Number(line), why: why as PlaceLine['why'], name };
}
