import { ValopsError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';

/** Makes the errors of one archive. Texts continue the sentence `archive "NAME" …`. */
export interface Faults {
  /** SYNC_ARCHIVE_INVALID: torn, damaged, or a form that is not read. */
  invalid(text: string, cause?: unknown): ValopsError;
  /** SYNC_ARCHIVE_UNSAFE: it holds what no honest release needs. */
  unsafe(text: string): ValopsError;
  /** SYNC_MEMBER_MISSING: it is sound, but does not hold what was declared. */
  missing(text: string, hint: string): ValopsError;
}

/** The errors of the archive called `name`; what it holds is quoted without its control characters. */
export function faultsOf(name: string): Faults {
  const message = (text: string): string => oneLine(`archive "${name}" ${text}`);
  return {
    invalid: (text, cause) =>
      new ValopsError('SYNC_ARCHIVE_INVALID', message(text), {
        hint: 'Compare its size and digest with what the publisher lists, then fetch it again.',
        cause,
      }),
    unsafe: (text) =>
      new ValopsError('SYNC_ARCHIVE_UNSAFE', message(text), {
        hint: 'Do not unpack it by other means; ask its publisher how this entry got there.',
      }),
    missing: (text, hint) => new ValopsError('SYNC_MEMBER_MISSING', message(text), { hint: oneLine(hint) }),
  };
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', String.raw`\n`);
}
