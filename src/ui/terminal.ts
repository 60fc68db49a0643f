import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';

/** The controlling terminal, opened apart from the standard streams. */
export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  close(): void;
}

/**
 * Opens the controlling terminal (tty(4), `/dev/tty`), or answers null when nobody can be asked:
 * no controlling terminal, or standard input closed or `/dev/null`, which is how cron, CI and
 * careful scripts say so even where a terminal exists.
 */
export function openTerminal(): Terminal | null {
  if (isStdinClosed()) return null;
  let descriptor: number;
  try {
    descriptor = openSync('/dev/tty', 'r+');
  } catch {
    return null;
  }
  const input = new ReadStream(descriptor);
  const output = new WriteStream(openSync('/dev/tty', 'r+'));
  return {
    input,
    output,
    close() {
      input.destroy();
      output.destroy();
    },
  };
}

function isStdinClosed(): boolean {
  try {
    // Node itself opens /dev/null in place of a closed descriptor 0
    return fstatSync(0).rdev === statSync('/dev/null').rdev;
  } catch {
    return true;
  }
}

/** Whether a question could be asked, without leaving the terminal open. */
export function hasTerminal(): boolean {
  if (isStdinClosed()) return false;
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return true;
  } catch {
    return false;
  }
}
