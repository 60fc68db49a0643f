import type { Check } from '../../check.ts';
import { accountFileModes } from './account-file-modes.ts';
import { capabilitiesKnown } from './capabilities-known.ts';
import { mountOptions } from './mount-options.ts';
import { mountedAsDeclared } from './mounted-as-declared.ts';
import { noDevices } from './no-devices.ts';
import { noTemporaryPrograms } from './no-temporary-programs.ts';
import { nothingImmutable } from './nothing-immutable.ts';
import { nothingUnowned } from './nothing-unowned.ts';
import { nothingWritableByAll } from './nothing-writable-by-all.ts';
import { programsAreRoots } from './programs-are-roots.ts';
import { room } from './room.ts';
import { schedulerModes } from './scheduler-modes.ts';
import { setuidKnown } from './setuid-known.ts';
import { topDirectories } from './top-directories.ts';

export const filesystemChecks: readonly Check[] = [
  accountFileModes,
  capabilitiesKnown,
  mountOptions,
  mountedAsDeclared,
  noDevices,
  noTemporaryPrograms,
  nothingImmutable,
  nothingUnowned,
  nothingWritableByAll,
  programsAreRoots,
  room,
  schedulerModes,
  setuidKnown,
  topDirectories,
];
