import { spawn } from 'node:child_process';
import type { Host, HostRequest, HostResult } from '../../src/core/host.ts';
import { ValopsError } from '../../src/lib/errors.ts';

/** What may go wrong with a host of the tests. Every call is told; a throw is what the caller gets. */
export interface ShellHostFaults {
  /** Before a script runs, with its number (from 0) over all connections. */
  readonly before?: (request: HostRequest, number: number) => void;
  /** After it ran: the answer can be lost. */
  readonly after?: (request: HostRequest, number: number) => void;
  readonly reconnect?: () => void;
}

/** A host that is this machine, under a shell of choice; it claims to be reached by ssh. */
export function shellHost(shell: readonly string[] = ['sh'], faults: ShellHostFaults = {}): Host {
  let number = 0;
  const make = (): Host => ({
    name: 'test-host',
    kind: 'ssh',
    login: { user: 'root', from: '192.0.2.1', to: { address: '192.0.2.2', port: 22 }, keyFingerprint: undefined },
    async run(request) {
      const mine = number++;
      faults.before?.(request, mine);
      const result = await runScript(shell, request);
      faults.after?.(request, mine);
      return result;
    },
    async reconnect() {
      faults.reconnect?.();
      return make();
    },
    close: async () => undefined,
  });
  return make();
}

function runScript([program = 'sh', ...args]: readonly string[], request: HostRequest): Promise<HostResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, '-s'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new ValopsError('HOST_TIMEOUT', '"test-host" did not answer in time'));
    }, request.timeout);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, stdout: Buffer.concat(out), stderr: Buffer.concat(err) });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(request.script);
  });
}
