import { ValopsError, systemErrorCode, type ErrorCode } from '../lib/errors.ts';

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  EEXIST: 'it exists already',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'it is a symbolic link, or too many of them',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large for this file system',
  EROFS: 'read-only file system',
  EIO: 'input/output error',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is being executed',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ENXIO: 'no such device or address',
  ENODEV: 'no such device',
  EINVAL: 'invalid argument',
  EXDEV: 'it lies on another file system',
  EPIPE: 'the reader closed the pipe',
};

const hints: Readonly<Record<string, string>> = {
  EACCES: 'Check the owner and mode of the path, or run as the user who owns it.',
  EPERM: 'Check the owner of the path and whether it is immutable (lsattr).',
  ENOENT: 'Check the path, and that its directory exists.',
  ENOSPC: 'Free some space on that file system and try again.',
  EDQUOT: 'Free some space within the quota and try again.',
  EROFS: 'Choose a path on a file system that is mounted for writing.',
  EIO: 'Check the medium (dmesg) and use another one.',
};

/** The reason in words for a Node system error; its code or message for one without. */
export function systemReason(error: unknown): string {
  const code = systemErrorCode(error);
  if (code !== undefined) return words[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Wraps what the kernel answered about `path`. `verb` completes "cannot … ": `read`, `write`.
 * A ValopsError passes through unchanged.
 */
export function fileError(code: ErrorCode, verb: string, path: string, error: unknown): ValopsError {
  if (error instanceof ValopsError) return error;
  const hint = hints[systemErrorCode(error) ?? ''];
  return new ValopsError(code, `cannot ${verb} "${path}": ${systemReason(error)}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
