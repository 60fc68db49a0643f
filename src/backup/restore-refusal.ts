import { ValopsError, type ErrorCode } from '../lib/errors.ts';
import type { BackupMember } from './manifest.ts';
import type { Look } from './restore-plan.ts';
import { octal } from '../lib/octal.ts';

/** Why a restore does nothing at all. */
export interface RestoreRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** A member, its place, and what was asked. */
export interface Judged {
  readonly member: BackupMember;
  readonly path: string;
  readonly look: Look;
  /** Permission bits that it would get. */
  readonly mode: number;
  readonly keepState: boolean;
}

/** Gravest first: the first of them becomes the error. */
const gravity: readonly ErrorCode[] = [
  'IDENTITY_FOREIGN',
  'BACKUP_STATE_NEWER',
  'KEY_UNSAFE_MODE',
  'BACKUP_PLACE_TAKEN',
];

/** Why the member must not be placed; null when nothing forbids it. */
export function refusalOf(judged: Judged): RestoreRefusal | null {
  const { member, look } = judged;
  if (look.is === 'absent') return null;
  if (member.purpose === 'identity') return ofIdentity(judged);
  if (look.is === 'irregular') return taken(judged, `it is a ${look.type === 'other' ? 'special file' : look.type}`);
  if (look.sha256 === member.sha256) return null;
  if (member.purpose === 'double-sign-state') return ofState(judged);
  if (member.purpose === 'card') return taken(judged, 'another card is there');
  if (member.purpose === 'sealed-identity') return taken(judged, 'another sealed identity is there');
  return null;
}

/** The gravest refusal as an error that names the others. */
export function refusalError(refusals: readonly RestoreRefusal[]): ValopsError | null {
  const [first, ...others] = refusals.toSorted((a, b) => gravity.indexOf(a.code) - gravity.indexOf(b.code));
  if (first === undefined) return null;
  const more = others.map(({ message }) => `; ${message}`).join('');
  return new ValopsError(first.code, `${first.message}${more}; nothing was written`, { hint: first.hint });
}

function ofIdentity({ member, path, look, mode }: Judged): RestoreRefusal | null {
  const id = member.identity ?? '';
  const found = look.is === 'file' ? look.found : null;
  if (look.is !== 'file' || found?.isOwn !== true) {
    const what = found === null || found === undefined ? 'something else' : nameOf(found.publicId, id);
    return {
      code: 'IDENTITY_FOREIGN',
      message: `"${path}" holds ${what}, the backup has "${id}" for that place`,
      hint: 'Find out which identity runs there; seal it and move it aside before another one is restored.',
    };
  }
  if ((look.stat.mode & ~mode & 0o077) === 0) return null;
  return {
    code: 'KEY_UNSAFE_MODE',
    message: `"${path}" is this identity, but its mode is ${octal(look.stat.mode)}, expected ${octal(mode)}`,
    hint: `chmod ${octal(mode)} '${path}'`,
  };
}

/** A node key of its own makes another identity under the same public id. */
function nameOf(found: string, wanted: string): string {
  return found === wanted ? `"${found}" with another node key` : `identity "${found}"`;
}

function ofState({ path, look, keepState }: Judged): RestoreRefusal | null {
  if (look.is !== 'file' || look.order === undefined) return null;
  const { backup, backupMark, placeMark } = look.order;
  if (backup === 'same' || backup === 'newer' || keepState) return null;
  const told = [
    ...(placeMark === undefined ? [] : [`${placeMark} there`]),
    ...(backupMark === undefined ? [] : [`${backupMark} in the backup`]),
  ];
  const marks = told.length === 0 ? '' : `: ${told.join(', ')}`;
  return {
    code: 'BACKUP_STATE_NEWER',
    message:
      backup === 'older'
        ? `the double-sign state at "${path}" is newer than the backup's${marks}`
        : `the double-sign state at "${path}" differs from the backup's, and which is newer cannot be told${marks}`,
    hint:
      backup === 'older'
        ? 'Add --keep-state to keep the newer one and restore the rest; an older one would let the key sign twice.'
        : 'If the one that is there is of the last run of this validator, keep it: --keep-state. Else move it aside first.',
  };
}

function taken({ path }: Judged, why: string): RestoreRefusal {
  return {
    code: 'BACKUP_PLACE_TAKEN',
    message: `"${path}" is not what the backup has for that place: ${why}`,
    hint: `Move it aside, or restore other members alone with --only.`,
  };
}
