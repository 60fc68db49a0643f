import type { FileStat, Owner } from '../core/files.ts';
import type { StateComparison } from './double-sign.ts';
import type { BackupManifest, BackupMember, MemberPurpose } from './manifest.ts';
import { refusalOf, type RestoreRefusal } from './restore-refusal.ts';
import { octal } from '../lib/octal.ts';

/** What is at the place of a member now. */
export type Look =
  | { readonly is: 'absent' }
  | { readonly is: 'irregular'; readonly type: FileStat['type'] }
  | {
      readonly is: 'file';
      readonly stat: FileStat;
      readonly sha256: string;
      /** Of double-sign state: how the backup's compares with it. */
      readonly order?: StateComparison;
      /** Of identities: whose the place is, in full and by name. Null when it cannot be derived. */
      readonly found?: { readonly isOwn: boolean; readonly publicId: string } | null;
    };

/** What a restore does with one member. */
export interface RestoreStep {
  readonly member: BackupMember;
  readonly path: string;
  readonly action: 'create' | 'replace' | 'unchanged' | 'keep';
  /** Why, where it is not plain; for people. */
  readonly reason: string | null;
  readonly mode: number;
  /** Undefined where it cannot be set: only root gives files away. */
  readonly owner: Owner | undefined;
  /** What `replace` takes the place of. It is kept beside, under `keptAt`. */
  readonly was: { readonly size: number; readonly sha256: string; readonly keptAt: string } | null;
}

/** Everything a restore would do, or why it does nothing. */
export interface RestorePlan {
  readonly backup: Pick<BackupManifest, 'id' | 'host' | 'createdAt'>;
  readonly root: string;
  readonly steps: readonly RestoreStep[];
  /** The identities whose key would be written. */
  readonly deploys: readonly { readonly kind: string; readonly publicId: string }[];
  readonly notes: readonly string[];
  readonly refusals: readonly RestoreRefusal[];
}

/** What a plan is made from. */
export interface RestoreFacts {
  readonly manifest: BackupManifest;
  readonly root: string;
  readonly places: readonly { readonly member: BackupMember; readonly path: string; readonly look: Look }[];
  /** Owner of everything that is written, in place of the recorded ones. */
  readonly owner: Owner | undefined;
  /** Whose files this process makes. */
  readonly self: Owner;
  readonly keepState: boolean;
}

/** Permission bits that no file of a restore gets: setuid, setgid, sticky. */
const specialBits = 0o7000;
/** Permission bits that would let others at a key. */
const exposingBits = 0o137;

/** Facts to steps, pure. A plan with refusals must not be carried out in any part. */
export function planRestore(facts: RestoreFacts): RestorePlan {
  const { manifest, root, places } = facts;
  const { id, host, createdAt } = manifest;
  const refusals: RestoreRefusal[] = [];
  const judged: RestoreStep[] = [];
  for (const { member, path, look } of places) {
    const refusal = refusalOf({ member, path, look, keepState: facts.keepState, mode: modeOf(member) });
    if (refusal !== null) refusals.push(refusal);
    judged.push({
      member,
      path,
      ...actionOf(member, look),
      mode: modeOf(member),
      owner: ownerOf(facts, member),
      was: null,
      ...replaced(member, path, look),
    });
  }
  const steps = withoutLoneAnchor(judged);
  const written = new Set(
    steps.filter(({ member, action }) => member.purpose === 'identity' && action === 'create').map(idOf),
  );
  const deploys = manifest.identities.filter(({ publicId }) => written.has(publicId));
  return {
    backup: { id, host, createdAt },
    root,
    steps,
    deploys: deploys.map(({ kind, publicId }) => ({ kind, publicId })),
    notes: [...modeNotes(steps), ...ownerNotes(facts, steps), ...stateNotes(facts, steps), ...nameNotes(facts)],
    refusals,
  };
}

/** The journal's anchor is on no host before a restore: alone it is no reason for one, unless it was named alone. */
function withoutLoneAnchor(steps: readonly RestoreStep[]): readonly RestoreStep[] {
  const others = steps.filter(({ member }) => member.purpose !== 'journal-head');
  if (others.length === 0 || others.some(({ action }) => action === 'create' || action === 'replace')) return steps;
  return steps.map((step) =>
    step.member.purpose === 'journal-head' && step.action === 'create'
      ? { ...step, action: 'keep', reason: 'comes with other files only' }
      : step,
  );
}

function idOf({ member }: RestoreStep): string {
  return member.identity ?? '';
}

function actionOf({ purpose, sha256 }: BackupMember, look: Look): Pick<RestoreStep, 'action' | 'reason'> {
  if (look.is === 'absent') return { action: 'create', reason: null };
  if (look.is === 'irregular') return { action: 'keep', reason: null };
  if (look.sha256 === sha256) return { action: 'unchanged', reason: 'the same already' };
  if (purpose === 'identity') return { action: 'unchanged', reason: 'the same identity, written differently' };
  if (purpose === 'journal-head') return { action: 'keep', reason: 'an anchor is never replaced' };
  if (purpose !== 'double-sign-state') return { action: 'replace', reason: null };
  const { backup, placeMark, backupMark } = look.order ?? { backup: 'unknown' };
  if (backup === 'newer') return { action: 'replace', reason: `${placeMark ?? ''} there, ${backupMark ?? ''} here` };
  return { action: 'keep', reason: `double-sign state is never set back${placeMark ? `: ${placeMark} there` : ''}` };
}

function replaced(member: BackupMember, path: string, look: Look): Pick<RestoreStep, 'was'> | undefined {
  if (look.is !== 'file' || actionOf(member, look).action !== 'replace') return undefined;
  const { sha256, stat } = look;
  return { was: { size: stat.size, sha256, keptAt: `${path}.before-${sha256.slice(0, 12)}` } };
}

function modeOf({ mode, purpose }: BackupMember): number {
  const bits = Number.parseInt(mode, 8) & ~specialBits;
  return isSecret(purpose) ? bits & ~exposingBits : bits;
}

function isSecret(purpose: MemberPurpose): boolean {
  return purpose === 'identity';
}

function ownerOf({ owner, self }: RestoreFacts, member: BackupMember): Owner | undefined {
  return self.uid === 0 ? (owner ?? member.owner) : undefined;
}

function modeNotes(steps: readonly RestoreStep[]): readonly string[] {
  return steps
    .filter(({ member, mode }) => Number.parseInt(member.mode, 8) !== mode)
    .map(({ member, path, mode }) => `"${path}" had mode ${member.mode}; it gets ${octal(mode)}`);
}

function ownerNotes({ self, owner }: RestoreFacts, steps: readonly RestoreStep[]): readonly string[] {
  if (self.uid === 0) return [];
  const foreign = steps.filter(({ member: { owner: was }, action }) => {
    const { uid, gid } = owner ?? was;
    return (action === 'create' || action === 'replace') && (uid !== self.uid || gid !== self.gid);
  });
  const [first] = foreign;
  if (first === undefined) return [];
  const { uid, gid } = owner ?? first.member.owner;
  const others = foreign.length === 1 ? '' : ` and ${foreign.length - 1} more`;
  return [
    `only root can give files away: "${first.path}"${others} will belong to ${self.uid}:${self.gid}, not to ${uid}:${gid}`,
  ];
}

/** A state from a backup is as old as the backup. */
function stateNotes({ manifest }: RestoreFacts, steps: readonly RestoreStep[]): readonly string[] {
  return steps
    .filter(({ member, action }) => member.purpose === 'double-sign-state' && /create|replace/.test(action))
    .map(
      ({ member, path }) =>
        `"${path}" knows what "${member.identity ?? 'the validator'}" signed until ${manifest.createdAt}; start it only where nothing was signed since, or after the network has left those heights behind`,
    );
}

/** A run that was killed between two system calls leaves a key under a second, hidden name. */
function nameNotes({ places }: RestoreFacts): readonly string[] {
  return places.flatMap(({ member, path, look }) =>
    member.purpose === 'identity' && look.is === 'file' && look.stat.links > 1
      ? [`"${path}" has ${look.stat.links} names: remove the others, such as a hidden one beside it (.NAME.valops-…)`]
      : [],
  );
}
