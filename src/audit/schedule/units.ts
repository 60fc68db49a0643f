import { environmentOf, type Scheduled, type ScheduleOrder } from './order.ts';
import { onCalendar } from './calendar.ts';

/** Names of what is installed for a checklist; nothing else on a host is named so. */
export function unitName(checklist: string, kind: 'service' | 'timer'): string {
  return `valops-audit-${checklist}.${kind}`;
}

/** Where units of the administrator are. */
export const unitDirectory = '/etc/systemd/system';

/**
 * Properties of the service but its command, by systemd.exec(5). It may write to its home and to /run, to
 * nothing else on disk, and keeps what it needs to look: it sees all files, processes and sockets, as an audit by hand does. /tmp is not
 * private for the same reason. MemoryDenyWriteExecute is not set because Node compiles at run time.
 */
export function serviceProperties(order: ScheduleOrder): readonly (readonly [string, string])[] {
  return [
    ['Type', 'oneshot'],
    ['User', order.user],
    ['WorkingDirectory', '/'],
    ...Object.entries(environmentOf(order)).map(([name, value]) => ['Environment', `${name}=${value}`] as const),
    ['UMask', '0077'],
    ['Nice', '10'],
    ['IOSchedulingClass', 'idle'],
    // when memory is short the validator is not what ends
    ['OOMScoreAdjust', '500'],
    ['TasksMax', '256'],
    ['ProtectSystem', 'strict'],
    // ufw and iptables answer only where they can take their locks in /run
    ...['/run', order.home, ...order.writes].map((path) => ['ReadWritePaths', `-${path}`] as const),
    ['NoNewPrivileges', order.user === 'root' ? 'yes' : 'no'],
    ['CapabilityBoundingSet', '~CAP_SYS_MODULE CAP_SYS_BOOT CAP_SYS_TIME CAP_SYS_RAWIO CAP_MKNOD'],
    ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
    ['RestrictNamespaces', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['LockPersonality', 'yes'],
    ['SystemCallArchitectures', 'native'],
    ['SystemCallFilter', '~@module @reboot @swap @raw-io @mount'],
    ['SystemCallErrorNumber', 'EPERM'],
  ];
}

/** The service that runs one checklist. Its exit status 3 means findings, which is no failure of the run. */
export function renderService(order: ScheduleOrder, { checklist }: Scheduled, command: readonly string[]): string {
  const properties = serviceProperties(order).map(([name, value]) => `${name}=${value}`);
  return [
    `# Made by valops. Edits are lost with the next "valops audit schedule install"; use a drop-in.`,
    '[Unit]',
    `Description=valops audit: ${checklist}`,
    'Wants=network-online.target',
    'After=network-online.target',
    `RequiresMountsFor=${order.home}`,
    '',
    '[Service]',
    ...properties,
    'TimeoutStartSec=2h',
    'SuccessExitStatus=3',
    `ExecStart=${command.join(' ')}`,
    '',
  ].join('\n');
}

/** Its timer: a run that was missed while the host was off is made up for. */
export function renderTimer({ at }: ScheduleOrder, { checklist, cadence }: Scheduled): string {
  return [
    `# Made by valops. Edits are lost with the next "valops audit schedule install"; use a drop-in.`,
    '[Unit]',
    `Description=valops audit: ${checklist}, ${cadence}`,
    '',
    '[Timer]',
    `OnCalendar=${onCalendar(cadence, at)}`,
    // hosts of a fleet do not ask at once, and each asks at its own time always
    'RandomizedDelaySec=1h',
    'FixedRandomDelay=yes',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n');
}
