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
  /** Sandboxing directives and limits, in systemd's words. */
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
part units systemctl show --no-pager -p ${properties},${settings.join(',')} '*.service'`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('systemd does not run');
    const { status, text } = partOf(readParts(stdout), 'units');
    if (status !== 0) throw new Error(`systemctl show ended with ${status}`);
    return text
      .split(/\n\n+/)
      .map(readService)
      .filter(({ name, load }) => name !== '' && load !== 'not-found')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },
};

function readService(block: string): ServiceUnit {
  const values = new Map<string, string>();
  for (const line of block.split('\n')) {
    const equals = line.indexOf('=');
    const [name, value] = [line.slice(0, equals), line.slice(equals + 1)];
    values.set(name, values.has(name) ? `${values.get(name) ?? ''}\n${value}` : value);
  }
  const value = (name: string): string => values.get(name) ?? '';
  const starts = value('ExecStart');
  return {
    name: value('Id'),
    names: value('Names').split(' ').filter(Boolean),
    load: value('LoadState'),
    active: value('ActiveState'),
    sub: value('SubState'),
    enabled: value('UnitFileState'),
    file: value('FragmentPath') || null,
    dropIns: value('DropInPaths').split(' ').filter(Boolean),
    needsReload: value('NeedDaemonReload') === 'yes',
    type: value('Type'),
    restart: value('Restart'),
    restarts: Number(value('NRestarts')) || 0,
    mainPid: Number(value('MainPID')) || 0,
    user: value('User'),
    dynamicUser: value('DynamicUser') === 'yes',
    environment: [...value('Environment').matchAll(/(?:^|\s|")([A-Za-z_]\w*)=/g)].map((match) => match[1] ?? ''),
    programs: [...starts.matchAll(/\{ path=(\S+) ;/g)].map((match) => match[1] ?? ''),
    landlock: /(?:^|[\s=/])(landrun|island|sandboxer|setpriv(?= [^;]*--landlock-))\s/.exec(starts)?.[1] ?? null,
    settings: Object.fromEntries(settings.filter((name) => values.has(name)).map((name) => [name, value(name)])),
  };
}
