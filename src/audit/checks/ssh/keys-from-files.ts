import { sshEffective } from '../../../facts/ssh/effective.ts';
import { sshFiles } from '../../../facts/ssh/files.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { forSshd } from '../../ssh-check.ts';

const want = {
  want: 'keys of .ssh/authorized_keys alone: no command, no certificate authority',
  source: 'sshd_config(5); valops',
};

/** What else lets somebody in, and the value by which it does not. Several words: any of them, in that order. */
const directives: readonly { readonly name: string; readonly fine: RegExp }[] = [
  {
    name: 'AuthorizedKeysFile',
    fine: /^(\.ssh\/authorized_keys2?|%h\/\.ssh\/authorized_keys2?)( |$)(\.ssh\/authorized_keys2|%h\/\.ssh\/authorized_keys2)?$|^none$/,
  },
  { name: 'AuthorizedKeysCommand', fine: /^none$/ },
  { name: 'AuthorizedPrincipalsCommand', fine: /^none$/ },
  { name: 'TrustedUserCAKeys', fine: /^none$/ },
];

export const keysFromFiles = forSshd(
  defineCheck({
    id: 'ssh.keys-from-files',
    title: "logins are opened by the keys in users' own authorized_keys, and by nothing else",
    why: 'A second file, a command or a certificate authority lets somebody in whom no list of keys shows: a common way to stay.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation:
      'Did you mean to? Waive it, with the reason. Else take the line out, look at what it let in, then: sshd -t && systemctl reload ssh',
    needs: { effective: sshEffective, files: sshFiles },
    evaluate: ({ effective, files }) =>
      directives.flatMap(({ name, fine }): readonly Judgement[] => {
        const keyword = name.toLowerCase();
        const value = (effective[keyword] ?? ['none']).join(' ');
        const lines = files.directives.filter((one) => one.keyword === keyword);
        const line = lines.find(({ match }) => match.length === 0);
        const inMatch = lines.filter((one) => one.match.length > 0 && !fine.test(one.arguments.join(' ')));
        return [
          {
            status: fine.test(value) ? 'pass' : 'fail',
            subject: name,
            expected: keyword === 'authorizedkeysfile' ? '.ssh/authorized_keys' : 'none',
            actual: value,
            ...(line === undefined ? {} : { file: `${line.file}:${line.line}` }),
          },
          ...inMatch.map((one) => ({
            status: 'fail' as const,
            subject: `${name} in Match ${one.match.join(' and ')}`,
            expected: keyword === 'authorizedkeysfile' ? '.ssh/authorized_keys' : 'none',
            actual: one.arguments.join(' '),
            file: `${one.file}:${one.line}`,
          })),
        ];
      }),
  }),
);
