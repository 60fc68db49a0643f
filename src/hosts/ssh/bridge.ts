import type { HostRequest } from '../../core/host.ts';

/** A program of the host that can tie its standard streams to a TCP connection. */
type Tool = 'bash' | 'python3' | 'socat' | 'nc';

/** Milliseconds for looking for such a program. */
const limit = 10_000;

/**
 * What to ask a host before `bridgeLine`: which program leads to a port of its loopback. bash may have
 * been built without network redirections, so it must connect once.
 */
export function askForBridge(port: number): HostRequest {
  const script = `if bash -c ': <>/dev/tcp/127.0.0.1/${port}' 2>/dev/null; then echo bash; exit; fi
for tool in python3 socat nc; do
  if command -v "$tool" >/dev/null; then echo "$tool"; exit; fi
done`;
  return { script, as: 'user', timeout: limit };
}

/**
 * The line that ties the streams of a session to a port of the host's own loopback, where its sshd
 * forwards nothing; null when the host has no program for it. Read alike by every login shell: no
 * newline, backslash or exclamation mark, single quotes around one word only.
 */
export function bridgeLine(answer: Uint8Array, port: number): string | null {
  const tool = new TextDecoder().decode(answer).trim();
  return isTool(tool) ? lines[tool](port) : null;
}

const lines: Readonly<Record<Tool, (port: number) => string>> = {
  bash: (port) =>
    `exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} 4<&0; cat <&3 & cat <&4 >&3 & wait -n; kill %1 %2 2>/dev/null'`,
  python3: (port) =>
    `exec python3 -c '${[
      'import os, socket, threading',
      `s = socket.create_connection(("127.0.0.1", ${port}))`,
      'end = bytes()',
      'send = lambda: [s.sendall(d) for d in iter(lambda: os.read(0, 65536), end)] and os._exit(0)',
      'threading.Thread(target=send, daemon=True).start()',
      '[os.write(1, d) for d in iter(lambda: s.recv(65536), end)]',
    ].join('; ')}'`,
  socat: (port) => `exec socat STDIO TCP:127.0.0.1:${port}`,
  nc: (port) => `exec nc 127.0.0.1 ${port}`,
};

function isTool(word: string): word is Tool {
  return Object.hasOwn(lines, word);
}
