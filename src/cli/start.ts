import { main } from './main.ts';

/** Entry of the program: runs the command line of this process and sets its exit status. */
export async function start(): Promise<void> {
  // A reader that closed our output early (`valops … | head`) is normal: the write callbacks see it.
  process.stdout.on('error', ignoreBrokenPipe);
  process.stderr.on('error', ignoreBrokenPipe);
  process.exitCode = await main(process.argv.slice(2));
}

function ignoreBrokenPipe(error: Error & { code?: string }): void {
  if (error.code !== 'EPIPE') throw error;
}
