import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasTerminalDriver } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { baseEnvironment, program } from '../support/valops.ts';

/** A terminal of no size, as consoles have; with `hangUp` it is gone as soon as that appeared on it. */
const driver = `
import json, os, pty, select, sys, time
job = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(job['argv'][0], job['argv'])
seen, end = b'', time.time() + 30
while time.time() < end and len(seen) < 100000:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    if job['hangUp'] and job['hangUp'].encode() in seen:
        os.close(fd)
        break
for _ in range(150):
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        print(json.dumps({'status': os.waitstatus_to_exitcode(status), 'bytes': len(seen)}))
        sys.exit()
    time.sleep(0.1)
os.kill(pid, 9)
os.waitpid(pid, 0)
print(json.dumps({'status': 'still running', 'bytes': len(seen)}))
`;

function onConsole(argv: readonly string[], hangUp = ''): { readonly status: number | string; readonly bytes: number } {
  const ran = spawnSync('python3', ['-c', driver, JSON.stringify({ argv, hangUp })], {
    env: { ...baseEnvironment(temporaryDirectory()), TERM: 'xterm-256color' },
    encoding: 'utf8',
  });
  return JSON.parse(ran.stdout) as ReturnType<typeof onConsole>;
}

describe.runIf(hasTerminalDriver)('terminals that are not what they seem (needs python3)', () => {
  test('a terminal that goes away ends a question by SIGHUP; nothing aborts and dumps its memory', () => {
    const sighup = -1;
    expect(onConsole([...program, 'encrypt', '-p', '-a'], 'Passphrase').status).toBe(sighup);
  });

  test('a terminal without a size gets plain lines, and no display that never ends', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'passphrase'), 'correct horse battery staple\n');
    writeFileSync(join(directory, 'plain'), '');
    truncateSync(join(directory, 'plain'), 400 << 20);
    const words = [...program, 'encrypt', '-p', '--passphrase-fd', '3', '-o', '/dev/null', 'plain'];
    const script = `cd '${directory}' && exec 3<passphrase && exec ${words.map((word) => `'${word}'`).join(' ')}`;
    const { status, bytes } = onConsole(['sh', '-c', script]);
    expect(status).toBe(0);
    expect(bytes).toBeLessThan(4000);
  });
});
