import type { Check } from '../../check.ts';
import { copiesThere } from './copies-there.ts';
import { identitiesCovered } from './identities-covered.ts';
import { onRecord } from './on-record.ts';
import { openOffline } from './open-offline.ts';
import { otherDisk } from './other-disk.ts';
import { proven } from './proven.ts';
import { recent } from './recent.ts';

export const backupChecks: readonly Check[] = [
  copiesThere,
  identitiesCovered,
  onRecord,
  openOffline,
  otherDisk,
  proven,
  recent,
];
