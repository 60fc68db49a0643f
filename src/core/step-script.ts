import { ValopsError } from '../lib/errors.ts';
import { shellQuote, shellWords } from '../lib/shell-quote.ts';
import type { Step } from './change.ts';
import { hereDocument, sha256 } from './here-document.ts';

/**
 * Compiles a step to the definition of a POSIX shell function `name`, which returns 0 when the
 * step was done and its result was seen. It needs `stepFunctions` before it, and root.
 *
 * Throws PLAN_INVALID for a step that no host could take (a relative path, a NUL).
 */
export function compileStep(step: Step, name: string): string {
  checkStep(step);
  switch (step.step) {
    case 'write':
      return shellFunction(
        name,
        `v_write ${shellQuote(step.path)} ${octal(step.mode)} ${sha256(step.content)}`,
        step.content,
      );
    case 'remove':
      return shellFunction(name, `v_remove ${shellQuote(step.path)}`);
    case 'run':
      return shellFunction(name, `v_run ${shellWords(step.argv)}`, step.input);
  }
}

/**
 * Compiles what must hold after a step to a shell function: the file has exactly this content and
 * mode, or is gone. For `run` it is null: only its exit status tells.
 */
export function compileStepCheck(step: Step, name: string): string | null {
  checkStep(step);
  switch (step.step) {
    case 'write':
      return shellFunction(name, `v_written ${shellQuote(step.path)} ${octal(step.mode)} ${sha256(step.content)}`);
    case 'remove':
      return shellFunction(name, `v_removed ${shellQuote(step.path)}`);
    case 'run':
      return null;
  }
}

/** The step on one line, for people and logs; never any content. */
export function describeStep(step: Step): string {
  const line = step.step === 'run' ? `run ${step.argv.join(' ')}` : `${step.step} ${step.path}`;
  return line.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

/** Throws PLAN_INVALID for a step that no host could take: a relative path, a NUL, a mode that is none. */
export function checkStep(step: Step): void {
  const wrong = wrongIn(step);
  if (wrong !== null) throw new ValopsError('PLAN_INVALID', `step "${describeStep(step)}" cannot be run: ${wrong}`);
}

function wrongIn(step: Step): string | null {
  if (step.step === 'run') {
    if (step.argv.some((word) => word.includes('\0'))) return 'an argument holds a NUL';
    return step.argv[0] === '' ? 'the program has no name' : null;
  }
  if (!/^\/[^\0]*[^/\0]$/.test(step.path)) return 'the path is not absolute, or names a directory';
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(step.path)) return 'the path is not in its simplest form';
  if (step.step === 'write' && !/^0?[0-7]{3}$/.test(step.mode)) return `the mode is "${step.mode}", expected octal`;
  return null;
}

/** As stat(1) prints it: no leading zero. */
function octal(mode: string): string {
  return Number.parseInt(mode, 8).toString(8);
}

function shellFunction(name: string, command: string, input?: string): string {
  if (input === undefined) return `${name}() {\n${command} </dev/null\n}\n`;
  const document = hereDocument(input);
  if (document.encoding === 'plain') return `${name}() {\n${command} ${document.redirect}\n${document.body}\n}\n`;
  return `${name}() {\nbase64 -d ${document.redirect} | ${command}\n${document.body}\n}\n`;
}
