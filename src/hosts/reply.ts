import type { HostResult } from '../core/host.ts';
import { ValopsError } from '../lib/errors.ts';

/** Bytes kept of a script's standard output: its first. */
export const stdoutLimit = 32 * 1024 * 1024;
/** Bytes kept of its standard error: its last. */
export const stderrLimit = 64 * 1024;
/** Bytes which a login shell may say before the script does. */
const noiseLimit = 64 * 1024;

/** Takes the output of an envelope as it comes, and tells the script's own from everything before. */
export interface Reply {
  readonly stdout: (chunk: Uint8Array) => void;
  readonly stderr: (chunk: Uint8Array) => void;
  /** `SSH_CONNECTION` as the host sees it, once the script began. */
  connection(): string | undefined;
  /** Whether the script began. */
  began(): boolean;
  /** Throws HOST_NOT_ROOT or HOST_UNREACHABLE when the script never began. */
  result(exitCode: number | null): HostResult;
}

/** A reply to the envelope with this nonce, of the host with this name. */
export function createReply(host: string, nonce: string): Reply {
  const mark = `valops-${nonce}`;
  const out = afterMark(mark);
  const error = afterMark(mark);
  const head: Uint8Array[] = [];
  const tail: Uint8Array[] = [];
  let headLength = 0;
  let tailLength = 0;
  return {
    stdout(chunk) {
      const kept = out.take(chunk).subarray(0, stdoutLimit - headLength);
      headLength += kept.length;
      if (kept.length > 0) head.push(kept);
    },
    stderr(chunk) {
      const kept = error.take(chunk);
      tailLength += kept.length;
      if (kept.length > 0) tail.push(kept);
      while (tailLength - (tail[0]?.length ?? 0) >= stderrLimit) tailLength -= tail.shift()?.length ?? 0;
    },
    connection: () => {
      const words = out.line()?.split(' ').slice(2) ?? [];
      return words.length >= 4 ? words.join(' ') : undefined;
    },
    began: () => out.line() !== undefined && !notRoot(out.line()),
    result(exitCode) {
      const line = out.line();
      if (line === undefined) throw silent(host, exitCode, `${out.noise()}${error.noise()}`);
      if (notRoot(line)) {
        throw new ValopsError('HOST_NOT_ROOT', `the login on "${host}" is not root and "sudo -n" does not make it so`, {
          hint: 'Log in as root, or let the user run sudo without a password.',
        });
      }
      return { exitCode, stdout: join(head), stderr: join(tail).slice(-stderrLimit) };
    },
  };
}

function notRoot(line: string | undefined): boolean {
  return line?.endsWith(' not-root') === true;
}

/** Holds a stream back until the line which begins with `mark`. */
function afterMark(mark: string): {
  take(chunk: Uint8Array): Uint8Array;
  line(): string | undefined;
  noise(): string;
} {
  let before: Buffer = Buffer.alloc(0);
  let line: string | undefined;
  return {
    take(chunk) {
      if (line !== undefined) return chunk;
      before = Buffer.concat([before, chunk]);
      const start = before.indexOf(mark);
      const end = start < 0 ? -1 : before.indexOf('\n', start);
      if (end < 0) {
        if (start < 0 && before.length > noiseLimit) before = before.subarray(-noiseLimit);
        return new Uint8Array();
      }
      line = before.toString('utf8', start, end);
      const rest = before.subarray(end + 1);
      before = before.subarray(0, start);
      return rest;
    },
    line: () => line,
    noise: () => before.toString('utf8').trim(),
  };
}

function silent(host: string, exitCode: number | null, said: string): ValopsError {
  const detail = said === '' ? 'it said nothing' : `it said "${said.slice(0, 200)}"`;
  return new ValopsError('HOST_UNREACHABLE', `"${host}" did not run the script (exit ${exitCode}): ${detail}`, {
    hint: 'The login needs a shell and no forced command; try it by hand: ssh HOST true',
  });
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
