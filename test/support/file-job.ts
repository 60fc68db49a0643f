import type { Step } from '../../src/core/change.ts';
import type { Job } from '../../src/core/job.ts';
import type { Question } from '../../src/core/fact.ts';
import { shellQuote } from '../../src/lib/shell-quote.ts';

/** A job that wants one file to hold one text, and what else it does on the way. */
export interface FileJobOptions {
  readonly path: string;
  readonly content: string;
  /** Steps before and after the file is written. */
  readonly before?: readonly Step[];
  readonly after?: readonly Step[];
  /** Steps of the undo besides the file; run after it. */
  readonly undo?: readonly Step[];
  /** What the plan compares with, when that is not `content`: such a plan never becomes empty. */
  readonly wanted?: string;
}

interface FileFact {
  readonly mode: string;
  readonly content: string;
}

/** The job: a fact (mode and content), one change of risk `access`, undo to exactly what was there. */
export function fileJob(options: FileJobOptions): Job {
  const quoted = shellQuote(options.path);
  const question: Question<FileFact | null> = {
    id: 'system.file',
    family: 'system',
    title: 'the file of the test',
    script: () => `[ -e ${quoted} ] || exit 0; stat -c %a ${quoted}; base64 ${quoted}`,
    privileged: false,
    timeout: 10,
    parse({ stdout }) {
      if (stdout === '') return null;
      const [mode = '', ...lines] = stdout.split('\n');
      return { mode, content: Buffer.from(lines.join(''), 'base64').toString('utf8') };
    },
  };
  return {
    name: 'file',
    questions: [question],
    plan({ facts }) {
      const fact = facts['system.file'] as
        { readonly known: true; readonly value: FileFact | null } | { readonly known: false; readonly reason: string };
      const restsOn = ['system.file'];
      if (!fact.known) {
        const refusal = { rule: 'FILE_UNKNOWN', message: fact.reason, hint: 'Look at the host.' };
        return { changes: [], unchanged: [], refusals: [refusal], restsOn };
      }
      if (fact.value?.content === (options.wanted ?? options.content)) {
        return { changes: [], unchanged: [{ id: 'file', reason: 'it is as wanted' }], refusals: [], restsOn };
      }
      const back: Step =
        fact.value === null
          ? { step: 'remove', path: options.path }
          : { step: 'write', path: options.path, mode: fact.value.mode, content: fact.value.content };
      const change = {
        id: 'file',
        summary: `write ${options.path}`,
        risk: 'access' as const,
        diff: `~ ${options.path}`,
        do: [
          ...(options.before ?? []),
          { step: 'write' as const, path: options.path, mode: '0644', content: options.content },
          ...(options.after ?? []),
        ],
        undo: [back, ...(options.undo ?? [])],
      };
      return { changes: [change], unchanged: [], refusals: [], restsOn };
    },
  };
}
