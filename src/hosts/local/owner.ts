import type { Owner } from '../../core/files.ts';
import { ValopsError } from '../../lib/errors.ts';

const largestId = 0xfffffffe;

/**
 * Resolves `USER[:GROUP]`, names or numbers, by the text of passwd(5) and group(5). Without a
 * group it is the user's primary one. A name of digits is a name first, as in chown(1).
 *
 * Throws USAGE for a name that is in neither file, or for a bare number that has no primary group.
 */
export function resolveOwner(owner: string, passwd: string, group: string): Owner {
  const [userPart = '', groupPart, ...rest] = owner.split(':');
  if (userPart === '' || rest.length > 0) {
    throw new ValopsError('USAGE', `"${owner}" is not of the form USER[:GROUP]`, {
      hint: 'For example: --owner validator:validator',
    });
  }
  const user = line(passwd, userPart, 0) ?? line(passwd, userPart, 2);
  const uid = toId(user?.[2] ?? userPart);
  if (uid === undefined) throw unknown('user', userPart, 'getent passwd');
  if (groupPart === undefined || groupPart === '') {
    const gid = toId(user?.[3] ?? '');
    if (gid !== undefined) return { uid, gid };
    throw new ValopsError('USAGE', `user ${userPart} has no entry in /etc/passwd, so no primary group is known`, {
      hint: `Name the group as well: --owner ${userPart}:GROUP`,
    });
  }
  const gid = toId(line(group, groupPart, 0)?.[2] ?? groupPart);
  if (gid === undefined) throw unknown('group', groupPart, 'getent group');
  return { uid, gid };
}

function line(text: string, value: string, column: number): readonly string[] | undefined {
  return text
    .split('\n')
    .map((entry) => entry.split(':'))
    .find((fields) => fields[column] === value);
}

function toId(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= largestId ? id : undefined;
}

function unknown(what: string, name: string, command: string): ValopsError {
  return new ValopsError('USAGE', `unknown ${what} "${name}"`, { hint: `List what there is with: ${command}` });
}
