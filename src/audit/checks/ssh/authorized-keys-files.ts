import type { AuthorizedKeysFile } from '../../../facts/ssh/authorized-keys.ts';
import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import type { FileMetadata } from '../../../facts/file-metadata.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { forSshd } from '../../ssh-check.ts';
import { untoldKeys } from '../../untold-keys.ts';

const want = {
  want: 'nobody else writes the file or a directory above it; every line is a key',
  source: 'sshd(8), FILES',
};

export const authorizedKeysFiles = forSshd(
  defineCheck({
    id: 'ssh.authorized-keys-files',
    title: 'nobody but its owner can write an authorized_keys file',
    why: 'Whoever can write the file, or a directory above it, adds a key of their own and is in.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'chown <USER>: <FILE> && chmod go-w <FILE>; then read every line of it.',
    needs: { files: sshAuthorizedKeys },
    evaluate: ({ files }, _policy, { name }) =>
      files.length === 0
        ? [{ status: 'skip', subject: name, evidence: 'no user who can log in has an authorized_keys file' }]
        : files.flatMap(judge),
  }),
);

function judge(of: AuthorizedKeysFile): readonly Judgement[] {
  const { user, path, file, directories, unreadable } = of;
  const all = [{ path, ...file }, ...directories];
  const paths = new Map(all.map((one) => [one.path, one]));
  return [
    ...untoldKeys([of]),
    ...(file.type === 'file' ? [] : [noFile(user, path)]),
    ...[...paths.values()].map((one): Judgement => ({
      status: isSafe(one, user) ? 'pass' : 'fail',
      subject: `${user} ${one.path}`,
      expected: `of root or ${user}, writable by nobody else`,
      actual: `${one.owner}:${one.group} ${one.mode}`,
      file: one.path,
    })),
    ...unreadable.map((line): Judgement => ({
      status: 'fail',
      subject: `${path}:${line}`,
      expected: 'a key or a comment',
      actual: 'a line that is neither',
      file: `${path}:${line}`,
    })),
  ];
}

function noFile(user: string, path: string): Judgement {
  const [expected, actual] = ['a file', 'a directory, a pipe or the like: sshd takes no keys from it'];
  return { status: 'fail', subject: `${user} ${path} kind`, expected, actual, file: path };
}

function isSafe({ mode, owner }: FileMetadata, user: string): boolean {
  return (Number.parseInt(mode, 8) & 0o022) === 0 && (owner === 'root' || owner === user);
}
