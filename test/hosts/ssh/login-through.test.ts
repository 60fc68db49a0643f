import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHosts } from '../../support/hosts.ts';
import { sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const transports = ['ssh2', 'openssh'] as const;
const shell = '/bin/sh';
/** The program itself, not a script of a version manager in its place. */
const find = (tool: string): string => {
  const own = ['/usr/bin', '/bin'].map((path) => join(path, tool)).find(existsSync);
  if (own !== undefined) return own;
  try {
    return execFileSync(shell, ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
};
const tools = ['bash', 'python3', 'socat', 'nc'].filter((tool) => find(tool) !== '');

/** What every host has besides: what the scripts of valops themselves call. */
const common = ['sh', 'env', 'id', 'timeout', 'cat', 'sleep'];

describe.runIf(sshdProgram !== undefined)('logging in to a port of the loopback (needs sshd)', () => {
  let canary: Sshd;
  beforeAll(async () => {
    canary = await startSshd();
  });
  afterAll(() => canary.stop());

  /** A host with these programs and no others, whose sshd may forward or not. */
  async function front(programs: readonly string[], forwards: boolean): Promise<Sshd> {
    const path = join(temporaryDirectory(), 'bin');
    mkdirSync(path);
    for (const program of [...common, ...programs]) symlinkSync(find(program), join(path, program));
    const login = join(path, 'login');
    // the envelope sets a PATH of its own: the session begins with one of ours
    writeFileSync(
      login,
      `#!${shell}\nPATH=${path}; export PATH\neval "$(printf '%s' "$SSH_ORIGINAL_COMMAND" | ${shellEdit(path)})"\n`,
    );
    chmodSync(login, 0o755);
    return startSshd({
      authorized: [`${canary.key}.pub`],
      config: [`AllowTcpForwarding ${forwards ? 'yes' : 'no'}`, `ForceCommand ${login}`],
    });
  }

  async function through(
    transport: (typeof transports)[number],
    sshd: Sshd,
    hostKey = canary.hostKey,
  ): Promise<boolean> {
    const { hosts } = makeHosts({
      key: canary.key,
      transport,
      knownHosts: knownHosts([sshd.publicHostKey, canary.publicHostKey], sshd, hostKey === canary.hostKey),
    });
    const host = await hosts.connect(`${sshd.user}@127.0.0.1:${sshd.port}`);
    try {
      return (await host.loginThrough?.(canary.port)) ?? false;
    } finally {
      await host.close();
      await sshd.stop();
    }
  }

  function knownHosts(keys: readonly string[], sshd: Sshd, right: boolean): string {
    const path = join(temporaryDirectory(), 'known_hosts');
    const [own = '', other = ''] = keys;
    const lines = [`[127.0.0.1]:${sshd.port} ${own}`, ...(right ? [`[127.0.0.1]:${sshd.port} ${other}`] : [])];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  const accepted = (): number => canary.log().split('Accepted publickey').length - 1;

  for (const transport of transports) {
    test(`${transport}: by a forwarding`, async () => {
      const before = accepted();
      expect(await through(transport, await front(tools, true))).toBe(true);
      expect(accepted()).toBe(before + 1);
    });

    test.each(tools)(`${transport}: nothing is forwarded, but there is %s`, async (tool) => {
      const before = accepted();
      expect(await through(transport, await front([tool], false))).toBe(true);
      expect(accepted()).toBe(before + 1);
    });

    test(`${transport}: nothing is forwarded, and nothing else leads there`, async () => {
      expect(await through(transport, await front([], false))).toBe(false);
    });

    test(`${transport}: another host key there is refused`, async () => {
      const failing = through(transport, await front(['bash'], false), 'other');
      await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/^HOST_KEY_/) });
    });
  }
});

/** A filter that makes the PATH which the envelope sets ours. */
function shellEdit(path: string): string {
  return `${find('sed')} 's#PATH=/usr/local/sbin:[^;]*;#PATH=${path};#'`;
}
