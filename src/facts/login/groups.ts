import type { Question } from '../../core/fact.ts';

export interface Group {
  readonly name: string;
  readonly gid: number;
  /** Those named in the group itself; a user's primary group is in `login.users`. */
  readonly members: readonly string[];
}

export const loginGroups: Question<readonly Group[]> = {
  id: 'login.groups',
  family: 'login',
  title: 'groups and their members',
  script: () => 'getent group',
  privileged: false,
  timeout: 10,
  parse: ({ exitCode, stdout }) => {
    if (exitCode !== 0) throw new Error(`getent group ended with ${exitCode}`);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', , gid, members = ''] = line.split(':');
        return { name, gid: Number(gid), members: members.split(',').filter(Boolean) };
      });
  },
};
