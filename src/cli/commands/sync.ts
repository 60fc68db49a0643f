import type { Command } from 'commander';
import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { Bind, Define, Invocation, Outcome } from '../command.ts';
import { addNetworkOptions, addSyncOptions, openSync, type SyncSession } from '../sync-doors.ts';

export const defineSync: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops sync pin agave              fetch, prove, show, ask, write valops.lock
  valops sync --plan                 what would be installed; exit 3 when there is something to do
  valops sync                        install what is pinned, try it, switch to it
  valops sync status                 installed, pinned, active, drift
  valops sync verify                 hash everything that is installed (for cron)
  valops sync rollback agave         back to the release before, without a network
  valops sync export /media/usb/b    everything for a host without a network; there: sync import

Declared in valops.yaml under "binaries"; pins are in valops.lock beside it, and only "sync pin" writes it.`,
  );
  // options belong to the verb they follow: "sync" and its verbs have the same ones
  command.enablePositionalOptions().hook('preSubcommand', (sync, verb) => {
    const [stray] = Object.keys(sync.opts());
    if (stray === undefined) return;
    throw new ValopsError('USAGE', `an option stands before "${verb.name()}", where it would not count`, {
      hint: `Put it behind: valops sync ${verb.name()} …`,
    });
  });
  defineRun(command, bind);
  definePin(command, bind);
  defineLooking(command, bind);
  defineFetch(command, bind);
  defineReleases(command, bind);
  defineCarrying(command, bind);
};

type Run = (context: Context, session: SyncSession, call: Invocation) => Promise<Outcome>;

/** Runs with the session open, and closes it whatever happens. `config`: whether a valops.yaml may be absent. */
function within(
  run: () => Promise<Run>,
  config: { readonly absent?: boolean } = {},
): (call: Invocation) => Promise<Outcome> {
  return async (call) => {
    const work = await run();
    const context = await call.context();
    const session = await openSync(context, call.options, config);
    try {
      return await work(context, session, call);
    } finally {
      await session.close();
    }
  };
}

function defineRun(command: Command, bind: Bind): void {
  addNetworkOptions(addSyncOptions(command))
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--plan', 'show what would be done and stop; exit 3 when there is something')
    .option('--offline', 'fetch nothing: what is not in the cache is missing')
    .option('--retry', 'also a release that failed here, or was rolled back')
    .option('--yes', 'do not ask before installing')
    .option('--json', 'print one JSON document');
  bind(
    command,
    within(async () => (await import('../sync-run.ts')).runSync),
  );
}

function definePin(command: Command, bind: Bind): void {
  const pin = addNetworkOptions(addSyncOptions(command.command('pin')))
    .description('fetch and prove a release on all its platforms, show it, and write its pin when you agree')
    .argument('<NAME>', 'a binary of valops.yaml')
    .argument('[VERSION]', 'the version to pin (default: the declared one)')
    .option('--plan', 'show it and stop, without a question; exit 3 when it differs from the present pin')
    .option('--yes', 'do not ask; needs a signature verifier')
    .option('--unsafe-first-use', 'let --yes pin what no signature proves; journalled')
    .option('--json', 'print one JSON document');
  bind(
    pin,
    within(async () => (await import('../sync-pin.ts')).runPin),
  );
}

function defineLooking(command: Command, bind: Bind): void {
  const status = addSyncOptions(command.command('status'))
    .description('what is pinned, installed and active, and what runs')
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--json', 'print one JSON document');
  bind(
    status,
    within(async () => (await import('../sync-look.ts')).runStatus),
  );
  const verify = addSyncOptions(command.command('verify'))
    .description('hash everything that is installed and compare; exit 3 when something differs')
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--json', 'print one JSON document');
  bind(
    verify,
    within(async () => (await import('../sync-look.ts')).runVerify),
  );
}

function defineFetch(command: Command, bind: Bind): void {
  const fetch = addNetworkOptions(addSyncOptions(command.command('fetch')))
    .description('fetch and prove what is pinned ahead of time, into the cache')
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--json', 'print one JSON document');
  bind(
    fetch,
    within(async () => (await import('../sync-fetch.ts')).runFetch),
  );
}

function defineReleases(command: Command, bind: Bind): void {
  const rollback = addSyncOptions(command.command('rollback'))
    .description('switch back to the release that was active before; without a network')
    .argument('<NAME...>', 'binaries of valops.yaml')
    .option('--plan', 'show what it would lead to and stop; exit 3')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document');
  bind(
    rollback,
    within(async () => (await import('../sync-releases.ts')).runRollback),
  );
  const prune = addSyncOptions(command.command('prune'))
    .description('remove old releases, beyond those that are kept')
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--cache', 'also fetched and imported files that this valops.lock does not name')
    .option('--plan', 'show what would be removed and stop; exit 3 when there is something')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document');
  bind(
    prune,
    within(async () => (await import('../sync-releases.ts')).runPrune),
  );
}

function defineCarrying(command: Command, bind: Bind): void {
  const exporting = addNetworkOptions(addSyncOptions(command.command('export')))
    .description('write what is pinned, and all that proves it, to a directory to be carried')
    .argument('<DIR>', 'a directory that is made, or empty')
    .argument('[NAME...]', 'binaries of valops.yaml (default: all)')
    .option('--json', 'print one JSON document');
  bind(
    exporting,
    within(async () => (await import('../sync-export.ts')).runExport),
  );
  const importing = addSyncOptions(command.command('import'))
    .description('take over an exported directory: everything proven again, without a network')
    .argument('<DIR>', 'the directory that "sync export" wrote')
    .option(
      '--manifest <SHA256>',
      'what "sync export" printed; with --yes, where valops.lock or valops.yaml is missing here',
    )
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document');
  bind(
    importing,
    // on a host without one, that of the bundle can be taken over
    within(async () => (await import('../sync-import.ts')).runImport, { absent: true }),
  );
}
