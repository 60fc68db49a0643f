import type { Check } from '../../check.ts';
import { groupsExist } from './groups-exist.ts';
import { homeModes } from './home-modes.ts';
import { lockout } from './lockout.ts';
import { loginFiles } from './login-files.ts';
import { noEmptyPasswords } from './no-empty-passwords.ts';
import { nobodyExpiresSoon } from './nobody-expires-soon.ts';
import { onlyRootIsInGid0 } from './only-root-is-in-gid-0.ts';
import { onlyRootIsUid0 } from './only-root-is-uid-0.ts';
import { passwordAge } from './password-age.ts';
import { passwordHashing } from './password-hashing.ts';
import { passwordQuality } from './password-quality.ts';
import { passwordsAreShadowed } from './passwords-are-shadowed.ts';
import { searchPath } from './search-path.ts';
import { serviceUsersHaveNoPower } from './service-users-have-no-power.ts';
import { shadowGroupEmpty } from './shadow-group-empty.ts';
import { strongPasswordHashes } from './strong-password-hashes.ts';
import { suRestricted } from './su-restricted.ts';
import { sudoDefaults } from './sudo-defaults.ts';
import { sudoFiles } from './sudo-files.ts';
import { sudoForPeople } from './sudo-for-people.ts';
import { sudoPrograms } from './sudo-programs.ts';
import { systemUsersHaveNoShell } from './system-users-have-no-shell.ts';
import { umask } from './umask.ts';
import { uniqueGroups } from './unique-groups.ts';
import { uniqueUsers } from './unique-users.ts';

export const accountChecks: readonly Check[] = [
  groupsExist,
  homeModes,
  lockout,
  loginFiles,
  noEmptyPasswords,
  nobodyExpiresSoon,
  onlyRootIsInGid0,
  onlyRootIsUid0,
  passwordAge,
  passwordHashing,
  passwordQuality,
  passwordsAreShadowed,
  searchPath,
  serviceUsersHaveNoPower,
  shadowGroupEmpty,
  strongPasswordHashes,
  suRestricted,
  sudoDefaults,
  sudoFiles,
  sudoForPeople,
  sudoPrograms,
  systemUsersHaveNoShell,
  umask,
  uniqueGroups,
  uniqueUsers,
];
