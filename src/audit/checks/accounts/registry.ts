import type { Check } from '../../check.ts';
import { groupsExist } from './groups-exist.ts';
import { noEmptyPasswords } from './no-empty-passwords.ts';
import { onlyRootIsInGid0 } from './only-root-is-in-gid-0.ts';
import { onlyRootIsUid0 } from './only-root-is-uid-0.ts';
import { serviceUsersHaveNoPower } from './service-users-have-no-power.ts';
import { systemUsersHaveNoShell } from './system-users-have-no-shell.ts';
import { uniqueGroups } from './unique-groups.ts';
import { uniqueUsers } from './unique-users.ts';

export const accountChecks: readonly Check[] = [
  groupsExist,
  noEmptyPasswords,
  onlyRootIsInGid0,
  onlyRootIsUid0,
  serviceUsersHaveNoPower,
  systemUsersHaveNoShell,
  uniqueGroups,
  uniqueUsers,
];
