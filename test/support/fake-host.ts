import type { HostLogin } from '../../src/core/fact.ts';
import type { Host, HostRequest, HostResult } from '../../src/core/host.ts';
import { ValopsError } from '../../src/lib/errors.ts';

/** What the fake answers to one script. */
export interface FakeAnswer {
  /** The whole script, or what tells it from others. */
  readonly script: string | RegExp;
  readonly exitCode?: number | null;
  readonly stdout?: Uint8Array | string;
  readonly stderr?: Uint8Array | string;
  /** Milliseconds the script takes; more than the request allows is HOST_TIMEOUT. */
  readonly takes?: number;
  /** The connection breaks while it runs: HOST_CONNECTION_LOST, then and afterwards. */
  readonly cuts?: boolean;
  /** How often it may be asked; any number unless given. */
  readonly times?: number;
}

export interface FakeOptions {
  readonly name?: string;
  readonly kind?: Host['kind'];
  readonly login?: Partial<HostLogin>;
  /** Whether root can be had: the login is root, or `sudo -n` works. */
  readonly root?: boolean;
  /** What a reconnection meets; null when there is nothing to connect to. An error is thrown. */
  readonly reconnect?: readonly FakeAnswer[] | ValopsError | null;
  /** The one port of its loopback on which an sshd lets us in; without it there is no way to its loopback. */
  readonly sshdPort?: number;
}

/** A host of scripted answers, and what was asked of it. */
export interface FakeHost extends Host {
  readonly requests: readonly HostRequest[];
  /** Logins so far: one, and one for each reconnection. */
  readonly logins: () => number;
  /** Answers with a limit that were not asked for as often: titles of a test that is not what it says. */
  readonly left: () => readonly FakeAnswer[];
}

const stdoutLimit = 32 * 1024 * 1024;
const stderrLimit = 64 * 1024;

/**
 * Makes a fake. It keeps to what `Host` promises, and to honesty: a script that nobody foresaw is
 * an error of the test, never an empty answer.
 */
export function fakeHost(answers: readonly FakeAnswer[], options: FakeOptions = {}): FakeHost {
  const { name = 'fake', kind = 'ssh', root = true, reconnect = answers } = options;
  const left = answers.map((answer) => ({ answer, times: answer.times ?? Number.POSITIVE_INFINITY }));
  const requests: HostRequest[] = [];
  let logins = 1;
  let open = true;
  const lost = (): ValopsError => new ValopsError('HOST_CONNECTION_LOST', `the connection to "${name}" was lost`);
  return {
    name,
    kind,
    login: {
      user: 'root',
      from: '192.0.2.1',
      to: { address: '192.0.2.2', port: 22 },
      keyFingerprint: undefined,
      ...options.login,
    },
    requests,
    logins: () => logins,
    left: () => left.filter(({ times }) => times > 0 && Number.isFinite(times)).map(({ answer }) => answer),
    async run(request) {
      requests.push(request);
      if (!open) throw lost();
      if (request.as === 'root' && !root) throw new ValopsError('HOST_NOT_ROOT', `no root on "${name}"`);
      const found = left.find(({ answer, times }) => times > 0 && isMeant(answer.script, request.script));
      if (found === undefined) throw new Error(`the fake host was not told what to answer to: ${request.script}`);
      found.times--;
      const { takes = 0, cuts = false } = found.answer;
      await Promise.resolve();
      if (takes > request.timeout) throw new ValopsError('HOST_TIMEOUT', `"${name}" did not answer (step: command)`);
      if (cuts) {
        open = kind === 'local';
        throw lost();
      }
      return resultOf(found.answer);
    },
    reconnect() {
      if (reconnect === null) return null;
      if (reconnect instanceof ValopsError) return Promise.reject(reconnect);
      logins++;
      return Promise.resolve(fakeHost(reconnect, { ...options, reconnect }));
    },
    ...(kind === 'local'
      ? {}
      : {
          loginThrough(port: number) {
            if (!open) return Promise.reject(lost());
            if (options.sshdPort === undefined) return Promise.resolve(false);
            if (port !== options.sshdPort) {
              const message = `"${name}" cannot be reached through "${name}": connection refused`;
              return Promise.reject(new ValopsError('HOST_UNREACHABLE', message));
            }
            logins++;
            return Promise.resolve(true);
          },
        }),
    close() {
      open = kind === 'local';
      return Promise.resolve();
    },
  };
}

function isMeant(wanted: string | RegExp, script: string): boolean {
  return typeof wanted === 'string' ? wanted === script : wanted.test(script);
}

function resultOf({ exitCode = 0, stdout = '', stderr = '' }: FakeAnswer): HostResult {
  return {
    exitCode,
    stdout: Uint8Array.from(Buffer.from(stdout)).subarray(0, stdoutLimit),
    stderr: Uint8Array.from(Buffer.from(stderr)).slice(-stderrLimit),
  };
}
