import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdProgram, startSshd, type Sshd } from '../support/sshd.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = join(import.meta.dirname, '../../bin/valops.js');

/** Runs the built program; answers its exit status and the document it prints. */
function valops(
  args: readonly string[],
  cwd: string,
): { readonly status: number; readonly document: Record<string, unknown> } {
  const env = { PATH: process.env['PATH'], HOME: cwd };
  try {
    return {
      status: 0,
      document: JSON.parse(
        execFileSync(process.execPath, [program, ...args, '--json'], { cwd, env, stdio: 'pipe' }).toString(),
      ) as never,
    };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: Buffer };
    return { status, document: JSON.parse(stdout.toString()) as never };
  }
}

describe.runIf(sshdProgram !== undefined)('the built program reaches a host (needs sshd)', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  test.each(['ssh2', 'openssh'])('by %s, declared in valops.yaml', (transport) => {
    const directory = temporaryDirectory();
    const { port, user, key, hostKey } = sshd;
    const host = { address: '127.0.0.1', port, user, key, hostKey };
    writeFileSync(join(directory, 'valops.yaml'), JSON.stringify({ hosts: { here: host } }));
    const { status, document } = valops(
      ['facts', '--host', 'here', '--only', 'system', '--transport', transport],
      directory,
    );
    expect(document).toMatchObject({ schema: 'valops/facts/1', hosts: [{ name: 'here', roundTrips: 1 }] });
    expect(status).toBe(0);
  });

  test('an unknown host, a bad pin and a bad configuration have their exit statuses', () => {
    const directory = temporaryDirectory();
    const host = ['--host', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.key];
    expect(valops(['facts', '--host', 'nobody'], directory)).toMatchObject({ status: 2, document: { code: 'USAGE' } });
    expect(valops(['facts', ...host, '--ssh-host-key', 'SHA256:x'], directory)).toMatchObject({ status: 2 });
    expect(valops(['facts', ...host, '--transport', 'telnet'], directory)).toMatchObject({ status: 2 });
    writeFileSync(join(directory, 'valops.yaml'), 'host: {}');
    expect(valops(['facts', ...host], directory)).toMatchObject({ status: 2, document: { code: 'CONFIG_INVALID' } });
    expect(valops(['facts', ...host, '--config', '/nonexistent'], directory)).toMatchObject({ status: 1 });
  });
});
