import { type ExitStatus, exitStatus, type ValopsError } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';

/** What became of the work on one host, by the name it has in documents. */
export type HostAnswer<T> =
  { readonly name: string; readonly result: T } | { readonly name: string; readonly error: ValopsError };

/** The `hosts` of a document: `of` of each result, and `{name, error}` for a host that failed. */
export function answerDocuments<T>(
  answers: readonly HostAnswer<T>[],
  of: (result: T, name: string) => object,
): readonly object[] {
  return answers.map((answer) =>
    'error' in answer
      ? { name: answer.name, error: errorDocument(answer.error) }
      : { name: answer.name, ...of(answer.result, answer.name) },
  );
}

/** The answers for people, with an empty line between them where they have several. */
export function answerTexts<T>(
  answers: readonly HostAnswer<T>[],
  style: Style,
  render: (result: T, name: string) => string,
  between = '\n',
): string {
  return answers
    .map((answer) =>
      'error' in answer ? failureText(answer.name, answer.error, style) : render(answer.result, answer.name),
    )
    .join(between);
}

/** 1 when a host failed, else 3 when one of the results is a finding, else 0. */
export function answerStatus<T>(
  answers: readonly HostAnswer<T>[],
  isFinding: (result: T) => boolean = () => false,
): ExitStatus {
  if (answers.some((answer) => 'error' in answer)) return exitStatus.failed;
  const found = answers.some((answer) => 'result' in answer && isFinding(answer.result));
  return found ? exitStatus.findings : exitStatus.done;
}

/** An error as a member of a document. */
export function errorDocument({ code, message, hint }: ValopsError): object {
  return { code, message, hint: hint ?? null };
}

/** A host that failed, for people: its error and what to do. */
export function failureText(name: string, { code, message, hint }: ValopsError, style: Style): string {
  const next = hint === undefined ? '' : `  hint: ${hint}\n`;
  return `${style.heading(name)}: ${style.bad('failed')}\n  ${message} (${code})\n${next}`;
}
