import type { Question } from '../../core/fact.ts';
import { partFunctions, readParts } from '../parts.ts';

/** Algorithms this OpenSSH knows, by the keyword of `ssh -Q`; not those it is configured for. */
export type SshAlgorithms = Readonly<Record<(typeof lists)[number], readonly string[]>>;

const lists = ['cipher', 'mac', 'kex', 'HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms'] as const;

/** What the installed OpenSSH can be told to use (`ssh -Q`, client and server share the code). */
export const sshAlgorithms: Question<SshAlgorithms> = {
  id: 'ssh.algorithms',
  family: 'ssh',
  title: 'algorithms the installed OpenSSH knows',
  script: () => `${partFunctions}for list in ${lists.join(' ')}; do part "$list" ssh -Q "$list"; done`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const entries = lists.map((list): [string, readonly string[]] => {
      const part = parts.get(list);
      if (part === undefined || part.status !== 0) throw new Error(`"ssh -Q ${list}" did not answer`);
      return [list, part.text.split('\n').filter((name) => name !== '')];
    });
    return Object.fromEntries(entries) as SshAlgorithms;
  },
};
