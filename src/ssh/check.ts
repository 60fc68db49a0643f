import type { Snapshot } from '../core/fact.ts';
import { wantedText } from '../policy/ssh/judge.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import { judgeSettings, type Judged } from './judged.ts';
import { findMatchOverrides } from './match-overrides.ts';
import { wantedPorts } from './ports.ts';
import { changeSocket } from './socket.ts';
import { readSshState, type SshState } from './state.ts';
import { changeModes } from './modes.ts';
import { changeHostKeys } from './host-keys.ts';
import { changeModuli } from './moduli.ts';

/** One thing looked at. Unknown is never a pass. */
export interface SshCheck {
  readonly id: string;
  readonly result: 'pass' | 'fail' | 'skip' | 'unknown';
  readonly wanted: string;
  readonly effective: string | null;
  /** `file:line` that sets it, or `default`. */
  readonly setBy: string | null;
  readonly reason: string;
  readonly sources: readonly string[];
}

/** Compares a host with a policy, by the same facts and the same judgement as the plan. */
export function checkSsh(policy: SshPolicy, snapshot: Snapshot): readonly SshCheck[] {
  const read = readSshState(snapshot, snapshot.login);
  if ('refusals' in read) {
    return read.refusals.map(({ message }) => ({
      id: 'ssh.facts',
      result: 'unknown',
      wanted: 'known',
      effective: null,
      setBy: null,
      reason: message,
      sources: [],
    }));
  }
  const { state } = read;
  const judged = judgeSettings(policy, state);
  const overrides = findMatchOverrides(judged, state.files.directives).filter(({ answered }) => !answered);
  const files = [
    changeModes(state),
    changeHostKeys(state, policy.rsaBits, false),
    changeModuli(state.moduli, policy.moduliBits),
  ];
  return [
    ...judged.map(checkOf),
    ...overrides.map(({ directive, judged: { setting }, condition }): SshCheck => ({
      id: `${setting.directive} in Match ${condition}`,
      result: 'fail',
      wanted: wantedText(setting),
      effective: directive.arguments.join(' '),
      setBy: `${directive.file}:${directive.line}`,
      reason: setting.reason,
      sources: setting.sources,
    })),
    ...checkSocket(policy, state),
    ...files.flatMap((change): readonly SshCheck[] =>
      change === null || 'reason' in change
        ? []
        : [
            {
              id: change.id,
              result: 'fail',
              wanted: change.summary,
              effective: change.diff,
              setBy: null,
              reason: change.summary,
              sources: ['CIS Ubuntu 24.04 5.1.1 to 5.1.3', 'ssh-audit hardening policies (2025-09)'],
            },
          ],
    ),
  ];
}

/** Where systemd holds the port, what sshd says of its own does not count. */
function checkSocket({ port }: SshPolicy, { unit, login }: SshState): readonly SshCheck[] {
  const ports = wantedPorts(port, login);
  const socket = unit.units?.find(({ name }) => /^sshd?\.socket$/.test(name));
  if (changeSocket(unit, ports) === null || socket === undefined || ports === null) return [];
  return [
    {
      id: `Port in ${socket.name}`,
      result: 'fail',
      wanted: ports.join(' '),
      effective: socket.listen.join(' '),
      setBy: socket.dropIns.at(-1) ?? socket.file,
      reason: 'declared; systemd holds the port, and the Port of sshd does not count',
      sources: ['valops.yaml'],
    },
  ];
}

function checkOf({ setting, effective, origin, within, inapplicable }: Judged): SshCheck {
  return {
    id: setting.directive,
    result: inapplicable === null ? (within ? 'pass' : 'fail') : 'skip',
    wanted: wantedText(setting),
    effective,
    setBy: origin === null ? 'default' : `${origin.file}:${origin.line}`,
    reason: inapplicable ?? setting.reason,
    sources: setting.sources,
  };
}
