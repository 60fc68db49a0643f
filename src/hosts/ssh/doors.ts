import type { Context } from '../../core/context.ts';
import type { Secret } from '../../lib/secret.ts';
import type { KnownHosts } from './known-hosts.ts';

/** What the SSH hosts need of this machine and of the operator's options. */
export interface SshDoors {
  readonly context: Pick<Context, 'events' | 'files' | 'memory' | 'processes' | 'prompt' | 'randomBytes'>;
  readonly knownHosts: KnownHosts;
  /** Path of the agent's socket, if there is one. */
  readonly agentSocket: string | undefined;
  /** Asks for the passphrase of a key file. */
  readonly passphrase: (file: string) => Promise<Secret>;
  /** Milliseconds that each step up to the first command may take. */
  readonly stepTimeout: number;
  /** OpenSSH's configuration file of the operator, if there is one. */
  readonly configFile: string | undefined;
}
