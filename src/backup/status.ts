import type { Context } from '../core/context.ts';
import { readCatalogue } from './catalogue-file.ts';
import { listBackups, newestProofs, type ListedBackup, type ListedProof } from './list.ts';
import type { RecipientClass } from './manifest.ts';
import { skew } from './newest-verdict.ts';
import type { BackupPolicy } from './policy.ts';

/** Something that keeps a backup from being relied on, and what to do about it. */
export interface BackupProblem {
  readonly message: string;
  readonly hint: string;
}

/** A proof with its age in milliseconds; a class without one has none. */
export interface ClassProof {
  readonly class: RecipientClass;
  readonly proof: (ListedProof & { readonly age: number }) | null;
}

/** All backups of one host. */
export interface HostStatus {
  readonly host: string;
  readonly backups: number;
  readonly newest: ListedBackup;
  /** Milliseconds since the newest was made. */
  readonly age: number;
  /** Every class the policy demands, and every other one that was ever drilled. */
  readonly proofs: readonly ClassProof[];
}

export interface BackupsStatus {
  readonly hosts: readonly HostStatus[];
  /** Empty when every backup has its copies and every class its proof. */
  readonly problems: readonly BackupProblem[];
}

const drillHint = 'valops backup drill -i KEY…';
const quorumHint = 'valops backup drill --share SHARE… -i TRUSTEE-KEY…';

/**
 * Whether the backups could be relied on today: copies are read and compared, proofs are dated.
 * No backup, no copy, no proof are problems: silence is never good news. Throws
 * BACKUP_CATALOGUE_BROKEN.
 */
export async function backupsStatus(context: Context, policy: Pick<BackupPolicy, 'drill'>): Promise<BackupsStatus> {
  const now = context.clock.now().getTime();
  const drills = readCatalogue(context)?.drills ?? [];
  const listed = await listBackups(context);
  const problems: BackupProblem[] = [];
  if (listed.length === 0) {
    problems.push({ message: 'no backup was ever made from this home', hint: 'valops backup create' });
  }
  const hosts = [...new Set(listed.map(({ host }) => host))].toSorted().map((host): HostStatus => {
    const own = listed.filter((backup) => backup.host === host);
    const newest = own.at(-1) as ListedBackup;
    const proofs = newestProofs(
      drills,
      own.map(({ id }) => id),
    ).map((proof) => ({ ...proof, age: now - Date.parse(proof.at) }));
    const shown = [...new Set([...policy.drill.classes, ...proofs.map((proof) => proof.class)])];
    return {
      host,
      backups: own.length,
      newest,
      age: now - Date.parse(newest.createdAt),
      proofs: shown.map((one) => ({ class: one, proof: proofs.find((proof) => proof.class === one) ?? null })),
    };
  });
  for (const backup of listed) problems.push(...copyProblems(backup));
  for (const status of hosts) problems.push(...proofProblems(status, policy));
  return { hosts, problems };
}

function copyProblems({ id, host, createdAt, copies }: ListedBackup): readonly BackupProblem[] {
  const which = `backup ${id} of "${host}" (${createdAt})`;
  if (copies.length === 0) {
    return [{ message: `${which} has no copy: the run that made it did not end`, hint: 'valops backup create' }];
  }
  return copies
    .filter(({ state }) => state !== 'good')
    .map(({ path, state }) => ({
      message: `the copy "${path}" of ${which} is ${state}`,
      hint:
        state === 'missing'
          ? 'Mount its medium, or run valops backup create: it copies a good one there.'
          : 'Take the medium out of use, and run valops backup create with another one.',
    }));
}

function proofProblems(
  { host, newest, proofs }: HostStatus,
  { drill }: Pick<BackupPolicy, 'drill'>,
): readonly BackupProblem[] {
  return drill.classes.flatMap((one): readonly BackupProblem[] => {
    const recipients = newest.recipients.filter((recipient) => recipient.class === one);
    if (recipients.length === 0) {
      return [
        {
          message: `the newest backup of "${host}" is sealed to no ${one} recipient, and "drill: classes:" demands one`,
          hint: `Add one below "recipients: ${one}:" in valops.yaml.`,
        },
      ];
    }
    const proof = proofs.find((each) => each.class === one)?.proof ?? null;
    const problem = proofProblem(proof, drill.every) ?? otherKey(proof, recipients);
    const of = `of the ${one} class for backups of "${host}"`;
    const hint = one === 'escrow' ? quorumHint : drillHint;
    return problem === null ? [] : [{ message: `the proof ${of} ${problem}`, hint }];
  });
}

function proofProblem(proof: ClassProof['proof'], every: number): string | null {
  if (proof === null) return 'is missing: nobody showed that its key opens one';
  if (!proof.passed) return `failed at ${proof.at}: ${proof.detail}`;
  if (proof.age < -skew) return `is dated in the future (${proof.at})`;
  return proof.age > every ? `is ${days(proof.age)} old (${proof.at}), expected at most ${days(every)}` : null;
}

/** A proof with the key of older backups says nothing of a key that took its place. */
function otherKey(proof: ClassProof['proof'], recipients: ListedBackup['recipients']): string | null {
  const keys = proof?.keys ?? [];
  if (keys.length === 0 || recipients.some(({ fingerprint }) => keys.includes(fingerprint))) return null;
  const now = recipients.map(({ fingerprint }) => fingerprint).join(', ');
  return `is of another key (${keys.join(', ')}): the newest backup is sealed to ${now}`;
}

/** A span in words, for people. */
export function days(span: number): string {
  const hours = Math.floor(Math.max(0, span) / 3_600_000);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
