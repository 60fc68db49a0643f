import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** One service of systemd as it was loaded: the manager's view, which may be older than the file. */
export interface ServiceUnit {
  readonly name: string;
  /** Other names of it, with which it may be declared. */
  readonly names: readonly string[];
  /** For example `loaded`, `masked`, `bad-setting`. */
  readonly load: string;
  /** For example `active`, `inactive`, `failed`. */
  readonly active: string;
  /** For example `running`, `exited`, `dead`. */
  readonly sub: string;
  /** At boot: for example `enabled`, `disabled`, `static`; empty when there is no file. */
  readonly enabled: string;
  readonly file: string | null;
  readonly dropIns: readonly string[];
  /** Files changed since systemd read them. */
  readonly needsReload: boolean;
  /** Drop-ins in /etc that systemd has not read: it does not notice a new folder of them by itself. */
  readonly unread: readonly string[];
  readonly type: string;
  readonly restart: string;
  /** Times systemd started it again by itself. */
  readonly restarts: number;
  readonly mainPid: number;
  /** Empty: root. */
  readonly user: string;
  readonly dynamicUser: boolean;
  /** Names, never values, of `Environment=`. */
  readonly environment: readonly string[];
  /** Programs of `ExecStart=`, without their arguments. */
  readonly programs: readonly string[];
  /** A program in `ExecStart=` that is known to lay a Landlock ruleset on what it starts. */
  readonly landlock: string | null;
  /** Sandboxing directives and limits, in systemd's words, long lists cut short; none of a service that neither runs nor will. */
  readonly settings: Readonly<Record<string, string>>;
}

const settings = [
  'NoNewPrivileges',
  'SystemCallFilter',
  'ProtectSystem',
  'ProtectHome',
  'PrivateTmp',
  'PrivateDevices',
  'ProtectKernelTunables',
  'ProtectKernelModules',
  'ProtectKernelLogs',
  'ProtectControlGroups',
  'ProtectClock',
  'ProtectProc',
  'RestrictNamespaces',
  'RestrictAddressFamilies',
  'RestrictSUIDSGID',
  'RestrictRealtime',
  'LockPersonality',
  'CapabilityBoundingSet',
  'AmbientCapabilities',
  'LimitNOFILE',
  'LimitCORE',
] as const;

const properties =
  'Id,Names,LoadState,ActiveState,SubState,UnitFileState,FragmentPath,DropInPaths,NeedDaemonReload,Type,Restart,NRestarts,MainPID,User,DynamicUser,Environment,ExecStart';

/** Every service that systemd has loaded, with its sandbox. */
export const servicesUnits: Question<readonly ServiceUnit[]> = {
  id: 'services.units',
  family: 'services',
  title: 'services as systemd has loaded them: state, restarts, sandbox',
  script: () => `${partFunctions}
[ -d /run/systemd/system ] || exit 3
dropins() { for path in /etc/systemd/system/*.service.d/*.conf; do [ ! -s "$path" ] || echo "$path"; done; }
part dropins dropins
# a service that neither runs nor will is told without its sandbox
shorten() {
  awk 'BEGIN { RS = ""; FS = "\\n" }
    /(^|\\n)LoadState=not-found/ { next }
    {
      whole = /(^|\\n)(ActiveState=(active|activating|failed)|UnitFileState=enabled|FragmentPath=\\/etc\\/)/
      for (i = 1; i <= NF; i++)
        if ($i ~ /^SystemCallFilter=/) { if (whole) print substr($i, 1, 120) }
        else if (whole || $i !~ /^(${settings.join('|')})=/) print $i
      print ""
    }'
}
told=$(systemctl show --all --no-pager -p ${properties},${settings.join(',')} '*.service') || exit 4
part units shorten <<UNITS
$told
UNITS
`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('systemd does not run');
    if (exitCode === 4) throw new Error('systemctl show failed');
    const parts = readParts(stdout);
    const dropIns = partOf(parts, 'dropins').text.split('\n').filter(Boolean);
    const { status, text } = partOf(parts, 'units');
    if (status !== 0) throw new Error(`awk ended with ${status}`);
    return text
      .split(/\n\n+/)
      .map((block) => readService(block, dropIns))
      .filter(({ name, load }) => name !== '' && load !== 'not-found')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },
};

function readService(block: string, onDisk: readonly string[]): ServiceUnit {
  const values = new Map<string, string>();
  for (const line of block.split('\n')) {
    const equals = line.indexOf('=');
    const [name, value] = [line.slice(0, equals), line.slice(equals + 1)];
    values.set(name, values.has(name) ? `${values.get(name) ?? ''}\n${value}` : value);
  }
  const value = (name: string): string => values.get(name) ?? '';
  const starts = value('ExecStart');
  const dropIns = value('DropInPaths').split(' ').filter(Boolean);
  return {
    name: value('Id'),
    names: value('Names').split(' ').filter(Boolean),
    load: value('LoadState'),
    active: value('ActiveState'),
    sub: value('SubState'),
    enabled: value('UnitFileState'),
    file: value('FragmentPath') || null,
    dropIns,
    needsReload: value('NeedDaemonReload') === 'yes',
    unread: onDisk.filter(
      (path) => path.startsWith(`/etc/systemd/system/${value('Id')}.d/`) && !dropIns.includes(path),
    ),
    type: value('Type'),
    restart: value('Restart'),
    restarts: Number(value('NRestarts')) || 0,
    mainPid: Number(value('MainPID')) || 0,
    user: value('User'),
    dynamicUser: value('DynamicUser') === 'yes',
    environment: environmentNames(value('Environment')),
    programs: [...starts.matchAll(/\{ path=(\S+) ;/g)].map((match) => match[1] ?? ''),
    landlock: /(?:^|[\s=/])(landrun|island|sandboxer|setpriv(?= [^;]*--landlock-))\s/.exec(starts)?.[1] ?? null,
    settings: Object.fromEntries(settings.filter((name) => values.has(name)).map((name) => [name, value(name)])),
  };
}

/** Words of `Environment=` as systemctl prints them: bare, in `"…"`, or in `$'…'`. What stands in a value is no name, even before `=`. */
function environmentNames(text: string): readonly string[] {
  const words = text.matchAll(/(?:"((?:[^"\\]|\\.)*)"|\$'((?:[^'\\]|\\.)*)'|\S)+/g);
  return [...words].flatMap(([word]) => /^(?:"|\$')?([A-Za-z_]\w*)=/.exec(word)?.[1] ?? []);
}
