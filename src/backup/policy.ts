import type { RecipientClass } from './manifest.ts';

/** An identity that a backup must hold, as `valops.yaml` declares it. */
export interface IdentityPlace {
  readonly kind: string;
  /** Key file, or home directory for kinds of several files. */
  readonly place: string;
  readonly card?: string | undefined;
  /** The sealed original, kept along. */
  readonly sealed?: string | undefined;
  /** Double-sign state besides what the kind names itself; paths below `place`, `*` within a name. */
  readonly state: readonly string[];
}

/** `backup:` of `valops.yaml`, defaults filled in, paths absolute. */
export interface BackupPolicy {
  readonly identities: readonly IdentityPlace[];
  /** Files and directories of configuration. */
  readonly include: readonly string[];
  /** Recipients by class, as written (recipient, or name of a recipients file). */
  readonly recipients: Readonly<Record<RecipientClass, readonly string[]>>;
  /** Directories to copy to. */
  readonly to: readonly string[];
  readonly keep: { readonly count: number; readonly days: number };
  /** Classes that must have a proof, none older than `every` milliseconds. */
  readonly drill: { readonly classes: readonly RecipientClass[]; readonly every: number };
}
