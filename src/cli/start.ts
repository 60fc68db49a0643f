import { main } from './main.ts';

/** Entry of the program: runs the command line of this process and sets its exit status. */
export async function start(): Promise<void> {
  // What a write meets (a reader that went away, a full disk) is told to whoever wrote; nobody is left to hear it twice.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  process.exitCode = await main(process.argv.slice(2));
}
