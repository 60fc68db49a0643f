import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Session {
  /** Who the questions were asked as. */
  readonly uid: number;
  /** The user who logged in; null when the host does not know the name. */
  readonly login: { readonly name: string; readonly uid: number; readonly groups: readonly string[] } | null;
  /** How the login becomes root: it is root, by `sudo -n`, or it cannot. */
  readonly root: 'login' | 'sudo' | 'no';
}

export const systemSession: Question<Session> = {
  id: 'system.session',
  family: 'system',
  title: 'the login in use: groups, whether it can become root',
  script: ({ user }) => `${partFunctions}
part uid id -u
part name echo ${shellQuote(user)}
part login id -u -- ${shellQuote(user)}
part groups id -Gn -- ${shellQuote(user)}`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const uid = Number(partOf(parts, 'uid').text);
    const known = partOf(parts, 'login');
    const login =
      known.status === 0
        ? {
            name: partOf(parts, 'name').text,
            uid: Number(known.text),
            groups: partOf(parts, 'groups').text.split(' ').filter(Boolean),
          }
        : null;
    return { uid, login, root: uid !== 0 ? 'no' : login?.uid === 0 ? 'login' : 'sudo' };
  },
};
