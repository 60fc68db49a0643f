// The one door to ssh2. It is CommonJS: only its default import gives its members both under Node
// and in the bundle.
import ssh2 from 'ssh2';
import type { BaseAgent, Client, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';

export type { AnyAuthMethod, BaseAgent, Client, ClientChannel, ParsedKey } from 'ssh2';

/** An unconnected ssh2 client. */
export function createClient(): Client {
  return new ssh2.Client();
}

/** Parses a key file or a public key blob; null for what ssh2 cannot use, or not with this passphrase. */
export function parseKey(data: Uint8Array, passphrase?: Uint8Array): ParsedKey | null {
  const parsed: unknown = ssh2.utils.parseKey(Buffer.from(data), passphrase && Buffer.from(passphrase));
  if (parsed instanceof Error) return null;
  // ssh2 answers a list for the OpenSSH format, which its types do not say
  return ((Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | undefined) ?? null;
}

/** The agent behind a socket (SSH_AUTH_SOCK). */
export function openAgent(socket: string): BaseAgent {
  return ssh2.createAgent(socket);
}

/** An agent that offers one key of another. */
export class SingleKeyAgent extends ssh2.BaseAgent {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(done: IdentityCallback): void {
    done(undefined, [this.#key]);
  }

  override sign(
    key: string | Buffer | ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }
}
