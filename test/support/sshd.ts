import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A real sshd on loopback, started by the test and stopped by its id. */
export interface Sshd {
  readonly directory: string;
  readonly port: number;
  readonly user: string;
  /** Private key file whose public half may log in. */
  readonly key: string;
  /** `SHA256:…` of its host key. */
  readonly hostKey: string;
  /** `ssh-ed25519 AAAA…` of its host key. */
  readonly publicHostKey: string;
  readonly log: () => string;
  /** Id of the listening process. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

export interface SshdOptions {
  /** Further lines of sshd_config; they come first, so that they win. */
  readonly config?: readonly string[];
  /** Type of the host key as ssh-keygen takes it, ed25519 unless given; several make several keys. */
  readonly hostKeyTypes?: readonly string[];
  /** Further files for authorized_keys. */
  readonly authorized?: readonly string[];
}

export const sshdProgram = ['/usr/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** Starts an sshd; the port is one the kernel just had free. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (sshdProgram === undefined) throw new Error('sshd is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'valops-sshd-'));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const key = makeKey(directory, 'user');
  const hostKeys = (options.hostKeyTypes ?? ['ed25519']).map((type) => makeKey(directory, `host-${type}`, type));
  const authorized = [`${key}.pub`, ...(options.authorized ?? [])].map((file) => readFileSync(file, 'utf8'));
  writeFileSync(join(directory, 'authorized_keys'), authorized.join(''), { mode: 0o600 });
  for (let attempt = 0; ; attempt++) {
    const port = await freePort();
    const child = launch(directory, port, hostKeys, options.config ?? []);
    const log = (): string => readFileSync(join(directory, 'log'), 'utf8');
    if (await listening(child, port)) {
      const publicHostKey = readFileSync(`${hostKeys[0]}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
      return {
        directory,
        port,
        user: userInfo().username,
        key,
        hostKey: fingerprintOf(`${hostKeys[0]}.pub`),
        publicHostKey,
        log,
        pid: child.pid ?? 0,
        stop: () => stop(child, directory),
      };
    }
    if (attempt === 3) {
      const said = log();
      await stop(child, directory);
      throw new Error(`sshd does not start: ${said}`);
    }
  }
}

/** Makes a key pair and answers the name of its private file. */
export function makeKey(directory: string, name: string, type = 'ed25519', passphrase = ''): string {
  const file = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', file]);
  return file;
}

/**
 * Makes the files of a key whose private half is on a token that nobody has (OpenSSH's PROTOCOL.key and
 * PROTOCOL.u2f), and answers the name of the one that refers to it.
 */
export function makeTokenKey(directory: string): string {
  const file = join(directory, 'token');
  const string = (value: string | Uint8Array): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const type = 'sk-ssh-ed25519@openssh.com';
  const point = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const blob = Buffer.concat([string(type), string(point), string('ssh:')]);
  const flags = Buffer.from([1]);
  const handle = Buffer.concat([flags, string(Buffer.alloc(32)), string(''), string('token')]);
  const half = Buffer.concat([Buffer.alloc(8), blob, handle]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (half.length % 8)) % 8);
  const bytes = Buffer.concat([
    ...[Buffer.from('openssh-key-v1\0'), string('none'), string('none'), string(''), Buffer.from([0, 0, 0, 1])],
    ...[string(blob), string(Buffer.concat([half, padding]))],
  ]);
  const text = bytes.toString('base64').replaceAll(/(.{70})/g, '$1\n');
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
  writeFileSync(file, `${begin}\n${text}\n${end}\n`, { mode: 0o600 });
  writeFileSync(`${file}.pub`, `${type} ${blob.toString('base64')} token\n`);
  return file;
}

/** What ssh-keygen says is the fingerprint of a key file. */
export function fingerprintOf(file: string): string {
  return execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? '';
}

/** A port of loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function launch(directory: string, port: number, hostKeys: readonly string[], config: readonly string[]): ChildProcess {
  const file = join(directory, 'sshd_config');
  const lines = [
    ...config,
    ...hostKeys.map((key) => `HostKey ${key}`),
    `ListenAddress 127.0.0.1:${port}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'LogLevel VERBOSE',
    'MaxStartups 100',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return spawn(sshdProgram ?? '', ['-D', '-f', file, '-E', join(directory, 'log')], { stdio: 'ignore' });
}

async function listening(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await accepts(port)) return true;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Ends the listener and the connections it serves, which are its children. */
async function stop(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
}
