import type { RestorePlan, RestoreStep } from '../../backup/restore-plan.ts';
import type { BackupRestored } from '../../backup/restore.ts';
import type { Style } from '../../ui/style.ts';
import { octal } from '../../lib/octal.ts';

const signs = { create: '+', replace: '~', unchanged: ' ', keep: ' ' } as const;

/** What a restore would write (`+ ~`), and why it leaves the rest. */
export function planText({ backup, root, steps, notes }: RestorePlan, style: Style): string {
  const lines = steps.map((step) => stepText(step, style)).join('');
  const count = (action: RestoreStep['action']): number => steps.filter((step) => step.action === action).length;
  return [
    `${style.heading(`backup ${backup.id}`)} of "${backup.host}", made ${backup.createdAt}, to ${root}\n`,
    lines,
    ...notes.map((note) => `${style.warn('note')}: ${note}\n`),
    `${count('create')} to create, ${count('replace')} to replace, ${count('unchanged') + count('keep')} stay\n`,
  ].join('');
}

/** A restore for people: the plan, and what came of it. */
export function restoredText({ verdict, plan, sha256, proven }: BackupRestored, style: Style): string {
  const words = {
    restored: style.good('restored and read back'),
    'nothing-to-do': 'nothing to do',
    planned: 'planned; nothing was written',
  };
  const ids = proven.map((id) => `identity   ${style.heading(id)}, derived again from the files in place\n`).join('');
  return `${planText(plan, style)}${words[verdict]}\n${ids}sha256     ${sha256}\n`;
}

/** A restore for `--json`. */
export function restoredDocument({ verdict, plan, sha256, proven }: BackupRestored): Record<string, unknown> {
  const { backup, root, steps, deploys, notes } = plan;
  return {
    ...{ verdict, sha256, backup, root },
    identities: deploys,
    proven,
    notes,
    members: steps.map(({ member, path, action, reason, mode, owner, was }) => ({
      member: member.path,
      purpose: member.purpose,
      ...{ path, action, reason },
      size: member.size,
      mode: octal(mode),
      owner: owner ?? null,
      keptAt: was?.keptAt ?? null,
    })),
  };
}

function stepText({ member, path, action, reason, mode, owner, was }: RestoreStep, style: Style): string {
  const colour = action === 'create' ? style.good : action === 'replace' ? style.warn : style.dim;
  const whose = owner === undefined ? '' : ` ${owner.uid}:${owner.gid}`;
  const size = was === null ? `${member.size} bytes` : `${was.size} -> ${member.size} bytes`;
  const why = reason === null ? '' : ` (${reason})`;
  const kept = was === null ? '' : `\n      what is there is kept as ${was.keptAt}`;
  return `${colour(`${signs[action]} ${path}`)} ${octal(mode)}${whose}, ${member.purpose}, ${size}${why}${kept}\n`;
}
