import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readDocument, type Block } from './documents.ts';
import { shownPattern, withPlaceholders } from './placeholders.ts';
import { isPlace, type Place, type Sandbox } from './sandbox.ts';

/** Whether stock age is here. */
export const hasAge = spawnSync('age', ['--version']).status === 0;

/** Script blocks are tagged `sh run PLACE [exit=N] [needs=age]`; `text output` or `text error` follows. */
interface Step {
  readonly place: Place;
  readonly line: number;
  readonly script: string;
  readonly exit: number;
  readonly shown: Block | undefined;
}

function stepsOf(path: string): readonly Step[] {
  const { blocks } = readDocument(path);
  return blocks.flatMap(({ info, line, text }, index): Step[] => {
    const [language, verb, place, ...more] = info;
    if (language !== 'sh' || verb !== 'run' || (more.includes('needs=age') && !hasAge)) return [];
    if (!isPlace(place)) throw new Error(`${path}:${line}: no place`);
    const next = blocks[index + 1];
    const exit = Number(more.find((word) => word.startsWith('exit='))?.slice('exit='.length) ?? 0);
    return [{ place, line, script: text, exit, shown: next?.info[0] === 'text' ? next : undefined }];
  });
}

/** A test for each block of a document that is to be run, in their order. */
export function perform(sandbox: () => Sandbox, path: string): void {
  test.each(stepsOf(path))(`${path}:$line at the $place`, ({ place, script, exit, shown }) => {
    const { status, output, error } = sandbox().run(place, script);
    expect({ status, error: status === exit ? '' : error }).toEqual({ status: exit, error: '' });
    if (shown === undefined) return;
    const spoken = shown.info[1] === 'error' ? error : output;
    expect(withPlaceholders(spoken)).toMatch(shownPattern(shown.text));
  });
}
