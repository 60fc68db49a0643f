import type { SshdSettings } from '../../facts/sshd-settings.ts';
import { matchesPattern, matchesUser } from './pattern.ts';
import type { LockoutRule } from './rule.ts';

const hint = 'Name the user of this login in valops.yaml, ssh.allowUsers, or log in as one who is named.';

/** AllowUsers, AllowGroups, DenyUsers, DenyGroups, in the order of sshd_config(5), with source addresses. */
export const excluded: LockoutRule = {
  id: 'LOCKOUT_USER_EXCLUDED',
  title: 'the user of this login would not be among those who may log in',
  judge({ state: { login, session }, after }) {
    const groups = session.login?.groups;
    if (groups === undefined) return { message: `the host does not know the user "${login.user}"`, hint };
    const byUser = (word: string): boolean | null => matchesUser(login.user, login.from, word);
    const byGroup = (word: string): boolean => groups.some((group) => matchesPattern(group, word));
    const denied = words(after, 'denyusers').find((word) => byUser(word) !== false);
    if (denied !== undefined) return { message: `DenyUsers "${denied}" would keep "${login.user}" out`, hint };
    const allowed = words(after, 'allowusers');
    if (allowed.length > 0 && !allowed.some((word) => byUser(word) === true)) {
      const from = login.from === undefined ? '' : ` from ${login.from}`;
      return { message: `AllowUsers "${allowed.join(' ')}" would keep "${login.user}"${from} out`, hint };
    }
    const deniedGroup = words(after, 'denygroups').find(byGroup);
    if (deniedGroup !== undefined)
      return { message: `DenyGroups "${deniedGroup}" would keep "${login.user}" out`, hint };
    const allowedGroups = words(after, 'allowgroups');
    if (allowedGroups.length > 0 && !allowedGroups.some(byGroup)) {
      return { message: `AllowGroups "${allowedGroups.join(' ')}" would keep "${login.user}" out`, hint };
    }
    return null;
  },
};

function words(settings: SshdSettings, keyword: string): readonly string[] {
  return (settings[keyword] ?? [])
    .flatMap((value) => value.split(' '))
    .filter((word) => word !== '' && word !== 'none');
}
