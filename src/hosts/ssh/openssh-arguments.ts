import { shellQuote } from '../../lib/shell-quote.ts';
import type { SshTarget } from './target.ts';

/** What all connections of the OpenSSH client to one target have in common. */
export interface OpensshSetting {
  readonly target: SshTarget;
  /** Private directory: control socket, known hosts, log. */
  readonly directory: string;
  readonly configFile: string | undefined;
  readonly agentSocket: string | undefined;
  /** Control socket of the jump host's connection. */
  readonly jumpSocket: string | undefined;
  /** Milliseconds. */
  readonly stepTimeout: number;
}

/** The name under which the private known_hosts file holds the one key of the target. */
export const hostAlias = 'valops-target';

/** The log which a connection writes by OpenSSH's own words, one file for each `purpose`. */
export function logFile({ directory }: Pick<OpensshSetting, 'directory'>, purpose: string): string {
  return `${directory}/${purpose}.log`;
}

/** The control socket of a connection. */
export function controlSocket({ directory }: Pick<OpensshSetting, 'directory'>): string {
  return `${directory}/m`;
}

/**
 * Connects without logging in, to see the host key: whatever the host shows is written to
 * `offered` in the directory, and judged by us.
 */
export function probeArguments(setting: OpensshSetting, algorithms: readonly string[]): readonly [string, ...string[]] {
  return [
    'ssh',
    ...common(setting, 'probe', algorithms),
    ...options({
      StrictHostKeyChecking: 'accept-new',
      UserKnownHostsFile: `${setting.directory}/offered`,
      PreferredAuthentications: 'none',
      ControlPath: 'none',
    }),
    '--',
    setting.target.alias,
    'true',
  ];
}

/** Logs in and serves the control socket until it is ended. `known_hosts` holds the one key it accepts. */
export function masterArguments(
  setting: OpensshSetting,
  algorithms: readonly string[],
): readonly [string, ...string[]] {
  const { files, only } = setting.target.keys;
  return [
    'ssh',
    '-M',
    '-N',
    ...common(setting, 'master', algorithms),
    ...options({
      StrictHostKeyChecking: 'yes',
      UserKnownHostsFile: `${setting.directory}/known_hosts`,
      PreferredAuthentications: 'publickey',
      IdentitiesOnly: only ? 'yes' : 'no',
      IdentityAgent: setting.agentSocket ?? 'none',
      ControlPath: controlSocket(setting),
      ControlPersist: 'no',
      ServerAliveInterval: String(Math.max(1, Math.round(setting.stepTimeout / 4000))),
      ServerAliveCountMax: '3',
    }),
    ...files.flatMap((file) => ['-i', file]),
    '--',
    setting.target.alias,
  ];
}

/** Runs a command line through the control socket, and through nothing else. */
export function sessionArguments(directory: string, purpose: string, line: string): readonly [string, ...string[]] {
  return [
    'ssh',
    '-F',
    'none',
    '-T',
    '-S',
    controlSocket({ directory }),
    '-E',
    logFile({ directory }, purpose),
    ...options({ BatchMode: 'yes', ControlMaster: 'no', LogLevel: 'DEBUG2', ProxyCommand: 'false' }),
    '--',
    hostAlias,
    line,
  ];
}

/** Asks the process behind the control socket: `check` whether it lives, `exit` to end. */
export function controlArguments(directory: string, command: 'check' | 'exit'): readonly [string, ...string[]] {
  return ['ssh', '-F', 'none', '-S', controlSocket({ directory }), '-O', command, '--', hostAlias];
}

function common(setting: OpensshSetting, purpose: string, algorithms: readonly string[]): readonly string[] {
  const { target, configFile, jumpSocket, stepTimeout } = setting;
  return [
    // the operator's file only where it holds what we do not understand
    '-F',
    target.needsOpenssh === undefined ? 'none' : (configFile ?? 'none'),
    '-E',
    logFile(setting, purpose),
    '-T',
    '-p',
    String(target.port),
    '-l',
    target.user,
    ...options({
      BatchMode: 'yes',
      LogLevel: 'DEBUG1',
      ConnectTimeout: String(Math.ceil(stepTimeout / 1000)),
      ConnectionAttempts: '1',
      GlobalKnownHostsFile: 'none',
      HostKeyAlias: hostAlias,
      ...(algorithms.length === 0 ? {} : { HostKeyAlgorithms: algorithms.join(',') }),
      HashKnownHosts: 'no',
      CheckHostIP: 'no',
      UpdateHostKeys: 'no',
      VerifyHostKeyDNS: 'no',
      CanonicalizeHostname: 'no',
      ForwardAgent: 'no',
      ForwardX11: 'no',
      ClearAllForwardings: 'yes',
      PermitLocalCommand: 'no',
      RemoteCommand: 'none',
      // the first value wins: this one goes before the operator's file
      ...(target.needsOpenssh === undefined ? { HostName: target.address } : {}),
      ...(jumpSocket === undefined ? {} : { ProxyCommand: proxyCommand(jumpSocket, target) }),
    }),
  ];
}

/** `%` is OpenSSH's own there, and the whole is read by a shell. */
function proxyCommand(jumpSocket: string, { bridge }: SshTarget): string {
  if (bridge === undefined) return `ssh -F none -S ${jumpSocket} -W [%h]:%p ${hostAlias}`;
  return `ssh -F none -T -S ${jumpSocket} ${hostAlias} ${shellQuote(bridge).replaceAll('%', '%%')}`;
}

function options(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
