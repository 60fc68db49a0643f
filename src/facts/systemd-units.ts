import { partOf, type Parts } from './parts.ts';

/** One unit of systemd, as `systemctl show` tells it. */
export interface SystemdUnit {
  /** Under its own name: `ssh.service`, when it was asked for as `sshd.service`. */
  readonly name: string;
  /** For example `loaded`, `not-found`, `masked`. */
  readonly load: string;
  /** For example `active`, `inactive`, `failed`. */
  readonly active: string;
  /** At boot: for example `enabled`, `disabled`, `masked`, `static`, `alias`; empty when there is no unit. */
  readonly enabled: string;
  /** Unit file and its drop-ins. */
  readonly file: string | null;
  readonly dropIns: readonly string[];
  /** Of a socket: address and port as it listens, for example `0.0.0.0:22`, `[::]:22`. */
  readonly listen: readonly string[];
  /** Unit files changed since systemd read them. */
  readonly needsReload: boolean;
}

const properties = 'Id,LoadState,ActiveState,UnitFileState,FragmentPath,DropInPaths,NeedDaemonReload,Listen';

/** Shell line that asks for units; prints the part `units`. Needs the function `part`. */
export function askForUnits(names: readonly string[]): string {
  return `if [ -d /run/systemd/system ]; then part units systemctl show --no-pager -p ${properties} -- ${names.join(' ')}
else part units echo 'no systemd'; fi
`;
}

/** Reads the part `units`. Null where systemd does not run. Throws an Error when systemctl failed. */
export function readUnits(parts: Parts): readonly SystemdUnit[] | null {
  const part = partOf(parts, 'units');
  if (part.text === 'no systemd') return null;
  if (part.status !== 0) throw new Error(`systemctl show ended with ${part.status}`);
  const units = part.text
    .split(/\n\n+/)
    .filter((block) => block !== '')
    .map(readUnit);
  return [...new Map(units.map((unit) => [unit.name, unit])).values()];
}

function readUnit(block: string): SystemdUnit {
  const lines = block.split('\n').map((line): [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  const value = (name: string): string => lines.find(([key]) => key === name)?.[1] ?? '';
  return {
    name: value('Id'),
    load: value('LoadState'),
    active: value('ActiveState'),
    enabled: value('UnitFileState'),
    file: value('FragmentPath') || null,
    dropIns: value('DropInPaths').split(' ').filter(Boolean),
    listen: lines.filter(([key]) => key === 'Listen').map(([, listen]) => listen.replace(/ \(.*\)$/, '')),
    needsReload: value('NeedDaemonReload') === 'yes',
  };
}
