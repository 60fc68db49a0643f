import type { HostLogin, Question, Snapshot } from '../core/fact.ts';
import type { Refusal } from '../core/plan.ts';
import { firewallUfw } from '../facts/firewall/ufw.ts';
import { loginGroups, type Group } from '../facts/login/groups.ts';
import { loginSudo, type Sudoer } from '../facts/login/sudo.ts';
import { loginUsers, type User } from '../facts/login/users.ts';
import { sshAlgorithms, type SshAlgorithms } from '../facts/ssh/algorithms.ts';
import { sshAuthorizedKeys, type AuthorizedKeysFile } from '../facts/ssh/authorized-keys.ts';
import { sshEffectiveForLogin } from '../facts/ssh/effective-for-login.ts';
import { sshEffectiveForRoot } from '../facts/ssh/effective-for-root.ts';
import { sshEffective } from '../facts/ssh/effective.ts';
import { sshFiles, type SshdFiles } from '../facts/ssh/files.ts';
import { sshHostKeys, type HostKey } from '../facts/ssh/host-keys.ts';
import { sshModuli, type Moduli } from '../facts/ssh/moduli.ts';
import { sshServer } from '../facts/ssh/server.ts';
import { sshUnit, type SshUnit } from '../facts/ssh/unit.ts';
import { sshVersion, type SshVersion } from '../facts/ssh/version.ts';
import type { EffectiveFor } from '../facts/ssh-connection.ts';
import type { SshdSettings } from '../facts/sshd-settings.ts';
import { systemSession, type Session } from '../facts/system/session.ts';
import { valueOf } from '../facts/value-of.ts';
import type { Decision } from '../packet-filter/decide.ts';
import type { Packet } from '../packet-filter/packet.ts';
import { deciderOf, packetFilterFacts } from '../packet-filter/running-tables.ts';
import { refuseOtherServer } from './other-server.ts';

/** What must be known of a host before its sshd is changed. */
export interface SshState {
  readonly login: HostLogin;
  readonly version: SshVersion;
  readonly effective: SshdSettings;
  readonly forLogin: EffectiveFor;
  readonly forRoot: EffectiveFor;
  readonly files: SshdFiles;
  readonly unit: SshUnit;
  readonly hostKeys: readonly HostKey[];
  readonly moduli: Moduli | null;
  readonly algorithms: SshAlgorithms;
  readonly authorizedKeys: readonly AuthorizedKeysFile[];
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly sudo: readonly Sudoer[] | null;
  readonly session: Session;
  /** What the rules that run do to a packet; `unknown` where they are not known. Counts only when the port changes. */
  readonly decided: (packet: Packet) => Decision;
  /** Whether ufw is known to be active. */
  readonly ufw: boolean;
}

const required = {
  version: sshVersion,
  effective: sshEffective,
  forLogin: sshEffectiveForLogin,
  forRoot: sshEffectiveForRoot,
  files: sshFiles,
  unit: sshUnit,
  hostKeys: sshHostKeys,
  moduli: sshModuli,
  algorithms: sshAlgorithms,
  authorizedKeys: sshAuthorizedKeys,
  users: loginUsers,
  groups: loginGroups,
  sudo: loginSudo,
  session: systemSession,
} as const;

/** All questions that SSH hardening asks. */
export const sshQuestions: readonly Question<unknown>[] = [...Object.values(required), sshServer, ...packetFilterFacts];

/**
 * Facts by which a saved plan is stale when they differ. Those that tell of the login in use are
 * left out: a plan may be applied from another place, and is then judged anew for that login.
 */
export const sshRestsOn: readonly string[] = Object.entries(required)
  .filter(([name]) => !['forLogin', 'forRoot', 'session'].includes(name))
  .map(([, { id }]) => id);

/** The state, or a refusal for each fact that must be known and is not. */
export function readSshState(
  { facts }: Pick<Snapshot, 'facts'>,
  login: HostLogin,
): { readonly state: SshState } | { readonly refusals: readonly Refusal[] } {
  const other = refuseOtherServer({ facts });
  if (other !== null) return { refusals: [other] };
  const unasked = { known: false, reason: 'not asked' } as const;
  const entries = Object.entries(required).map(([name, { id, title }]) => ({
    name,
    id,
    title,
    fact: facts[id] ?? unasked,
  }));
  const refusals = entries.flatMap(({ id, title, fact }): Refusal[] =>
    fact.known
      ? []
      : [
          {
            rule: 'LOCKOUT_FACT_UNKNOWN',
            message: `it is not known: ${title} (${id}): ${fact.reason}`,
            hint: 'See what the host answers: valops facts --only ssh,login',
          },
        ],
  );
  if (refusals.length > 0) return { refusals };
  const known = Object.fromEntries(entries.map(({ name, fact }) => [name, fact.known ? fact.value : undefined]));
  const firewall = { decided: deciderOf({ facts }), ufw: valueOf({ facts }, firewallUfw)?.active === true };
  return { state: { ...known, ...firewall, login } as unknown as SshState };
}
