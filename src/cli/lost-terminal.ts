import { isatty } from 'node:tty';

/**
 * Node restores the modes of its terminal at exit, and aborts when the terminal has gone away
 * meanwhile: an abort may write the memory of this process, keys and all, to a file. From then on the
 * process ends by SIGHUP instead, as a hang-up would have ended it, with nothing in between.
 */
export function endQuietlyWithoutTerminal(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    if (terminals.every((fd) => isatty(fd))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}
