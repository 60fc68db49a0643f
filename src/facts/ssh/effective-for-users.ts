import type { Question } from '../../core/fact.ts';
import { connectionOf } from '../ssh-connection.ts';
import { loginUsersFunction } from '../login-users.ts';
import { partFunctions, readParts } from '../parts.ts';
import { daemonFunctions, mayMatchFunction, refuseUnlessDone } from '../ssh-daemon.ts';
import { readSshdSettings, type SshdSettings } from '../sshd-settings.ts';

export interface EffectiveForUser {
  readonly user: string;
  /** Only what differs from `ssh.effective`. */
  readonly settings: SshdSettings;
}

/**
 * What Match blocks change for each user with a shell, coming from where the login in use comes
 * from; users for whom nothing changes are left out. At most 200 users.
 */
export const sshEffectiveForUsers: Question<readonly EffectiveForUser[]> = {
  id: 'ssh.effective-for-users',
  family: 'ssh',
  title: 'what Match blocks change for each user who can log in',
  script: (login) => `${daemonFunctions}${partFunctions}${loginUsersFunction}${mayMatchFunction}
base=$(sshd_test) || exit
may_match || exit 0
users=$(login_users)
[ -n "$users" ] || { echo 'getent listed no users' >&2; exit 127; }
differing() {
  settings=$(sshd_test -C "user=$1,"${connectionOf(login)}) || return
  printf '%s\\n' "$settings" | grep -Fxv -e "$base" || :
}
printf '%s\\n' "$users" | cut -f1 | while IFS= read -r user; do
  part "user $user" differing "$user"
done`,
  privileged: true,
  timeout: 20,
  parse: (answer) => {
    refuseUnlessDone(answer);
    return [...readParts(answer.stdout)].flatMap(([name, { status, text }]) => {
      const user = name.slice('user '.length);
      if (status !== 0) throw new Error(`sshd -T for user "${user}" ended with ${status}`);
      return text === '' ? [] : [{ user, settings: readSshdSettings(text) }];
    });
  },
};
