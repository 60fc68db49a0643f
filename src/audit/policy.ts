import type { FirewallPolicy } from '../policy/firewall/policy.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import type { PinFile } from '../sync/pin.ts';
import type { DeclaredAmnesia, DeclaredService } from './service-declared.ts';
import type { BaselineState } from './baseline/document.ts';

export type AuditProfile = 'validator' | 'cis-l1' | 'ssh-audit';

/** What is declared for a host, for checks to compare with. Paths are the host's. */
export interface AuditPolicy {
  readonly profile: AuditProfile;
  readonly ssh: SshPolicy;
  /** Undefined: `valops.yaml` declares none. */
  readonly firewall: FirewallPolicy | undefined;
  /** `$VALOPS_HOME` of the user who runs valops on that host, for example `/root/.valops`. */
  readonly home: string;
  /** Files and directories that hold validator keys or age keys in clear, as deployed. */
  readonly keyPlaces: readonly string[];
  /** Users that services of the validator run as. */
  readonly serviceUsers: readonly string[];
  /** systemd units of the validator. */
  readonly units: readonly string[];
  /** Prefix of pinned binaries. */
  readonly binariesPrefix: string;
  /** Pins of `valops.lock`, by name; undefined: there is none, or it was not read. */
  readonly pins?: PinFile['binaries'] | undefined;
  /** Sources (CIDR) that operators may log in from; empty: not declared. */
  readonly loginSources: readonly string[];
  /** Local RPC of the validator, for example `http://127.0.0.1:26657`; undefined: none. */
  readonly rpc:
    | {
        readonly url: string;
        readonly network: 'solana' | 'cometbft';
        readonly genesis?: string;
        /** RPCs that programs of the host fall back to; absent: none. */
        readonly fallbacks?: readonly string[];
      }
    | undefined;
  /** Work trees that programs of the host are built from or run in; absent: none. */
  readonly repositories?: readonly string[];
  /** HTTP services to be asked for real; absent: none. */
  readonly services?: readonly DeclaredService[];
  /** What must be in memory only; absent: nothing is declared. */
  readonly amnesia?: DeclaredAmnesia;
  /** What was accepted of the host that is judged; absent: nothing was. */
  readonly baseline?: BaselineState;
  /** Now, for ages. */
  readonly now: Date;
}
