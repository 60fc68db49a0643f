import type { Answer } from './fact.ts';
import { answerLimit, complaintLimit } from './gather-script.ts';

/** Why there is no answer. */
export type Loss = 'cut-off' | 'needs-root' | 'too-long' | 'killed';

/** What came back for one question. */
export type Asked =
  | { readonly answer: Answer }
  /** `seconds`: what a killed one had, which is less than its own limit where others hung before it. */
  | { readonly lost: Loss; readonly seconds?: number };

/**
 * Takes the output of the compiled script apart again: one entry for each of `count` questions, in
 * their order. Bytes that are no UTF-8 become U+FFFD. What stands before the first frame (a chatty
 * login shell) is ignored, and so is everything that does not carry the boundary.
 */
export function splitAnswers(output: Uint8Array, boundary: string, count: number): readonly Asked[] {
  // latin1 keeps every byte as one character, so that offsets and lengths are those of the bytes
  const frames = Buffer.from(output.buffer, output.byteOffset, output.byteLength)
    .toString('latin1')
    .split(`\n${boundary} `)
    .slice(1)
    .map(readFrame);
  return Array.from({ length: count }, (_, index) => readAnswer(frames, String(index)));
}

interface Frame {
  readonly word: string;
  readonly argument: string;
  readonly more: string;
  readonly content: string;
}

function readFrame(text: string): Frame {
  const lineEnd = text.indexOf('\n');
  if (lineEnd === -1) return { word: 'cut', argument: '', more: '', content: '' };
  const [word = '', argument = '', more = ''] = text.slice(0, lineEnd).split(' ');
  return { word, argument, more, content: text.slice(lineEnd + 1) };
}

function readAnswer(frames: readonly Frame[], index: string): Asked {
  const at = frames.findIndex(({ word, argument }) => (word === 'begin' || word === 'root') && argument === index);
  const [begin, stderr, exit, end] = frames.slice(at, at + 4);
  if (at === -1 || begin === undefined) return { lost: 'cut-off' };
  if (begin.word === 'root') return { lost: 'needs-root' };
  if (stderr?.word !== 'stderr' || exit?.word !== 'exit' || end?.word !== 'end') return { lost: 'cut-off' };
  if (begin.content.length > answerLimit) return { lost: 'too-long' };
  const exitCode = Number(exit.argument);
  if (exitCode === 128 + 9) return { lost: 'killed', seconds: Number(exit.more) };
  return { answer: { exitCode, stdout: decode(begin.content), stderr: decode(stderr.content.slice(-complaintLimit)) } };
}

function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
