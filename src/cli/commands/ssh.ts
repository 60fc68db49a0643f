import { read } from '../arguments.ts';
import type { Bind, Define } from '../command.ts';
import type { Command } from 'commander';
import { addHostOptions } from '../host-options.ts';
import { addPlanOptions, seconds } from '../plan-options.ts';

export const defineSsh: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops ssh check --host val-1                     what falls short, and which file sets it
  valops ssh plan --host val-1 --out plan.json      show what would change, save it
  valops ssh harden --host val-1 --from plan.json   apply exactly that
  valops ssh keys list --host val-1                 who may log in, by which key, used when

Nothing is changed that could lock this login out: rules are asked first, then an sshd with the new
configuration takes a real login beside the one that serves, and the host rolls back by itself
unless a new login confirms. Profiles: validator (default), cis-l1, ssh-audit.`,
  );
  definePlan(command, bind, 'plan', 'show what hardening would change; exit 3 when it would change something');
  definePlan(command, bind, 'harden', 'harden sshd, under a guard that undoes it unless a new login works');
  defineCheck(command, bind);
  defineKeys(command, bind);
};

function definePlan(command: Command, bind: Bind, verb: 'plan' | 'harden', description: string): void {
  const declared = addPlanOptions(addHostOptions(command.command(verb))).description(description);
  declared.option('--profile <NAME>', 'validator, cis-l1 or ssh-audit, instead of that of valops.yaml');
  bind(declared, async ({ options, context: open }) => {
    const { runPlan } = await import('../plan-run.ts');
    const { resolveSshPolicy } = await import('../../policy/ssh/policy.ts');
    const { sshJob } = await import('../../ssh/job.ts');
    const profile = read(options).text('profile');
    const context = await open();
    return runPlan(context, {
      options,
      planOnly: verb === 'plan',
      job: ({ ssh }) =>
        sshJob(resolveSshPolicy(ssh, profile), (message) => context.events.emit({ kind: 'warning', message })),
    });
  });
}

function defineCheck(command: Command, bind: Bind): void {
  const declared = addHostOptions(command.command('check'))
    .description('compare the effective configuration with a profile; exit 3 when it falls short')
    .option('--profile <NAME>', 'validator, cis-l1 or ssh-audit, instead of that of valops.yaml')
    .option('--json', 'print one JSON document');
  bind(declared, async ({ options, context: open }) => {
    const { checkHosts } = await import('../ssh-check.ts');
    return checkHosts(await open(), options);
  });
}

function defineKeys(command: Command, bind: Bind): void {
  const keys = command.command('keys').description('the keys by which people log in').helpCommand(false);
  const list = addHostOptions(keys.command('list'))
    .description('list authorised keys: type, size, owner, last use; exit 3 when one is weak or stale')
    .option('--profile <NAME>', 'whose weak types count')
    .option('--json', 'print one JSON document');
  bind(list, async ({ options, context: open }) => {
    const { listKeys } = await import('../ssh-keys.ts');
    return listKeys(await open(), options);
  });
  const rotate = addHostOptions(keys.command('rotate'))
    .description('replace the key of this login by a new one, proven by a login with it')
    .requiredOption('--new-key <FILE>', 'private key to log in with from now on; FILE.pub lies beside it')
    .option('--confirm-within <DURATION>', 'the host puts the old key back unless proven in this time', seconds, 120)
    .option('--yes', 'do not ask before applying')
    .option('--json', 'print one JSON document');
  bind(rotate, async ({ options, context: open }) => {
    const { rotateKey } = await import('../ssh-keys.ts');
    return rotateKey(await open(), options);
  });
}
