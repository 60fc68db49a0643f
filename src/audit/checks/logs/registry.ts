import type { Check } from '../../check.ts';
import { filesPrivate } from './files-private.ts';
import { filesRotated } from './files-rotated.ts';
import { forwarded } from './forwarded.ts';
import { journalBounded } from './journal-bounded.ts';
import { journalPersistent } from './journal-persistent.ts';
import { journalPrivate } from './journal-private.ts';
import { keysWatched } from './keys-watched.ts';
import { noKernelAlarms } from './no-kernel-alarms.ts';
import { noRemoteInput } from './no-remote-input.ts';
import { notDiscarded } from './not-discarded.ts';
import { recordsKept } from './records-kept.ts';

export const logChecks: readonly Check[] = [
  filesPrivate,
  filesRotated,
  forwarded,
  journalBounded,
  journalPersistent,
  journalPrivate,
  keysWatched,
  noKernelAlarms,
  noRemoteInput,
  notDiscarded,
  recordsKept,
];
