import type { Context } from '../core/context.ts';
import type { Host } from '../core/host.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SshKeyListed } from '../ssh/keys-listed.ts';
import { plainStyle, type Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import type { Options, Outcome } from './command.ts';
import { onEachHost } from './each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from './host-answers.ts';
import { openHosts } from './host-options.ts';
import { readPlanOptions } from './plan-options.ts';
import { renderApply, renderPlan } from './text/plan.ts';

/** `valops ssh keys list`: exit 3 when a key is weak or stale. */
export async function listKeys(context: Context, options: Options): Promise<Outcome> {
  const { gather } = await import('../core/gather.ts');
  const { resolveSshPolicy } = await import('../policy/ssh/policy.ts');
  const { listSshKeys } = await import('../ssh/keys-listed.ts');
  const { sshAuthorizedKeys } = await import('../facts/ssh/authorized-keys.ts');
  const { sshLastUse } = await import('../facts/ssh/last-use.ts');
  const selection = await openHosts(context, options);
  const policy = resolveSshPolicy(selection.config.ssh, read(options).text('profile'));
  const answers = await onEachHost(context, selection, null, async (host) => {
    const snapshot = await gather(host, [sshAuthorizedKeys, sshLastUse], context);
    try {
      return listSshKeys(policy, snapshot);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ValopsError('HOST_NOT_ROOT', `the authorised keys of "${host.name}" are not known: ${reason}`, {
        hint: 'Log in as root or as a user whom sudo asks for no password.',
        cause: error,
      });
    }
  });
  const isBad = ({ weak, stale }: SshKeyListed): boolean => weak.length > 0 || stale === true;
  return {
    document: { schema: 'valops/ssh-keys/1', hosts: answerDocuments(answers, (keys) => ({ keys })) },
    text: (style) =>
      answerTexts(
        answers,
        style,
        (keys, name) => `${style.heading(name)}\n${keys.map((key) => line(key, style)).join('')}`,
      ),
    exitStatus: answerStatus(answers, (keys) => keys.some(isBad)),
  };
}

function line(key: SshKeyListed, style: Style): string {
  const size = key.bits === null ? '' : ` ${key.bits}`;
  const marks = [...key.weak, ...(key.stale === true ? ['stale'] : [])].map((mark) => `  ${style.warn('!')} ${mark}`);
  const where = style.dim(`${key.path}:${key.line}, age unknown, last use ${key.use}`);
  return `  ${key.user}  ${key.type}${size}  ${key.fingerprint}  ${key.comment}${marks.join('')}\n      ${where}\n`;
}

/** `valops ssh keys rotate`: the new key takes the place of the one of this login, proven by a login. */
export async function rotateKey(context: Context, options: Options): Promise<Outcome> {
  const { applyPlan } = await import('../core/apply.ts');
  const { applyExitStatus } = await import('../core/apply-report.ts');
  const { rotateJob } = await import('../ssh/rotate.ts');
  const given = readPlanOptions(options);
  const newKey = read(options).text('newKey') ?? '';
  if (!given.yes) context.prompt.require('--yes');
  const { hosts, names } = await openHosts(context, options);
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    throw new ValopsError('USAGE', 'a key is rotated on one host at a time', { hint: 'Give exactly one --host.' });
  }
  const publicKey = new TextDecoder().decode(context.files.read(`${newKey}.pub`));
  const withNew = await openHosts(context, { ...options, sshKey: newKey });
  const host = await hosts.connect(name);
  try {
    const { user, keyFingerprint } = host.login;
    if (keyFingerprint === undefined) {
      throw new ValopsError('USAGE', `the key of the login to "${host.name}" is not known`, {
        hint: 'Name it with --ssh-key FILE.',
      });
    }
    const proven = { ...host, reconnect: () => eitherKey(() => withNew.hosts.connect(name), host) };
    const report = await applyPlan(
      proven,
      rotateJob({ user, old: keyFingerprint, publicKey }),
      {
        confirmWithin: given.confirmWithin,
        manualConfirm: given.manualConfirm,
        ...(given.yes
          ? {}
          : {
              approve: (plan) => {
                context.events.emit({ kind: 'note', message: `the plan:\n${renderPlan(plan, plainStyle(false))}` });
                return context.prompt.yes({ message: `Apply this to ${plan.host}?`, flag: '--yes' });
              },
            }),
      },
      context,
    );
    return {
      document: { ...report },
      text: (style) => renderApply(report, style),
      exitStatus: applyExitStatus([report]),
    };
  } finally {
    await host.close();
  }
}

/** By the new key; by the old one where that is what the host knows again, after a rollback. */
async function eitherKey(connectNew: () => Promise<Host>, host: Host): Promise<Host> {
  try {
    return await connectNew();
  } catch (error) {
    const again = error instanceof ValopsError && error.code === 'HOST_AUTH_FAILED' ? host.reconnect() : null;
    if (again === null) throw error;
    return again;
  }
}
