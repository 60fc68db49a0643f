import { ValopsError } from '../../lib/errors.ts';
import type { SshDoors } from './doors.ts';
import { fingerprint } from './host-key.ts';
import { readPublicHalf } from './public-half.ts';
import { openAgent, parseKey, SingleKeyAgent, type AnyAuthMethod, type BaseAgent, type ParsedKey } from './ssh2.ts';
import type { SshTarget } from './target.ts';

/** A key to log in with. */
export interface UserKey {
  /** `SHA256:…` of its public half. */
  readonly fingerprint: string;
  /** Where it comes from: a file name, or `agent`. */
  readonly source: string;
  attempt(user: string): AnyAuthMethod;
}

/**
 * The keys to try for a target, in order. A named key is the only one; the agent signs for it when
 * it holds it. Otherwise the agent's keys come first, then the files that exist.
 *
 * Throws FILE_NOT_FOUND and the like for a named file, HOST_AUTH_FAILED for a wrong passphrase or
 * a file that holds no usable key, USAGE_NO_TERMINAL when nobody can be asked.
 */
export async function loadUserKeys(target: SshTarget, doors: SshDoors): Promise<readonly UserKey[]> {
  const held = await agentKeys(doors);
  const files = target.keys.files.filter((file) => target.keys.named || doors.context.files.stat(file) !== null);
  const fromFiles: UserKey[] = [];
  for (const file of files) {
    const bytes = doors.context.files.read(file);
    const blob = readPublicHalf(bytes) ?? siblingBlob(file, doors);
    const inAgent = blob === null ? undefined : held.find((key) => key.fingerprint === fingerprint(blob));
    if (inAgent !== undefined) {
      if (target.keys.only) fromFiles.push(inAgent);
      continue;
    }
    const plain = parseKey(bytes);
    // nobody is asked for a key that was not asked for, while there are others
    if (plain === null && !target.keys.named && held.length + files.length > 1) continue;
    fromFiles.push(fileKey(file, plain ?? (await unlock(file, bytes, doors))));
  }
  return target.keys.only ? fromFiles : [...held, ...fromFiles];
}

function fileKey(file: string, key: ParsedKey): UserKey {
  return {
    fingerprint: fingerprint(key.getPublicSSH()),
    source: file,
    attempt: (username) => ({ type: 'publickey', username, key }),
  };
}

async function unlock(file: string, bytes: Uint8Array, doors: SshDoors): Promise<ParsedKey> {
  const passphrase = await doors.passphrase(file);
  const key = passphrase.use((secret) => parseKey(bytes, secret));
  passphrase.wipe();
  if (key?.isPrivateKey() === true) return key;
  throw new ValopsError('HOST_AUTH_FAILED', `"${file}" cannot be opened: wrong passphrase, or no private key`, {
    hint: `Check it with: ssh-keygen -y -f ${file}`,
  });
}

function siblingBlob(file: string, doors: SshDoors): Uint8Array | null {
  if (doors.context.files.stat(`${file}.pub`) === null) return null;
  return parseKey(doors.context.files.read(`${file}.pub`))?.getPublicSSH() ?? null;
}

async function agentKeys(doors: SshDoors): Promise<readonly UserKey[]> {
  if (doors.agentSocket === undefined) return [];
  const agent = openAgent(doors.agentSocket);
  const keys = await identities(agent, doors.stepTimeout);
  return keys.map((key) => ({
    fingerprint: fingerprint(key.getPublicSSH()),
    source: 'agent',
    attempt: (username) => ({ type: 'agent', username, agent: new SingleKeyAgent(agent, key) }),
  }));
}

/** What the agent holds; nothing when it does not answer: a dead socket is left behind by many a session. */
function identities(agent: BaseAgent, timeout: number): Promise<readonly ParsedKey[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), timeout);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      // the OpenSSH agent answers parsed keys, and leaves out those of types unknown to ssh2
      resolve(error ? [] : ((keys ?? []) as readonly ParsedKey[]));
    });
  });
}
