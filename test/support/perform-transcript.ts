import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { splitWords } from '../../src/lib/argv.ts';
import { fillIn, mismatch, type Captures } from './line-pattern.ts';
import { offlinePrefix } from './offline.ts';
import type { CheckStep, CommandStep, Transcript } from './transcript.ts';
import { program, run, type Ran, type RunOptions } from './valops.ts';

interface Stage {
  readonly work: string;
  readonly captures: Captures;
  umask: string | undefined;
}

/** Performs a scenario in an empty directory. Fails the test at the first line that does not hold. */
export async function perform(transcript: Transcript, name: string, work: string): Promise<void> {
  const stage: Stage = {
    work,
    captures: new Map([
      ['work', work],
      ['home', join(work, 'home')],
    ]),
    umask: undefined,
  };
  for (const { path, text } of transcript.files) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  for (const step of transcript.steps) {
    const where = `${name}:${step.line}`;
    if (step.kind === 'check') check(stage, step, where);
    else await command(stage, step, where);
  }
}

async function command(stage: Stage, step: CommandStep, where: string): Promise<void> {
  const { argv, options, output } = readCommand(stage, fillIn(step.text, stage.captures));
  const ran = await run(argv, options);
  if (options.stdout !== undefined) closeSync(options.stdout);
  const shown = `${where}: $ ${step.text}\nstatus ${ran.status ?? ran.signal}\n1> ${ran.stdout}\n2> ${ran.stderr}`;
  expect(ran.status, shown).toBe(step.status);
  if (step.json.length > 0) checkJson(ran, step, stage, shown);
  else if (output === undefined) expect(mismatch(step.stdout, ran.stdout, stage.captures), shown).toBeUndefined();
  expect(mismatch(step.stderr, ran.stderr, stage.captures), shown).toBeUndefined();
}

function checkJson(ran: Ran, step: CommandStep, stage: Stage, shown: string): void {
  const document: unknown = ran.json();
  for (const { path, value } of step.json) {
    let found = document;
    for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key];
    expect(found, `${path} of ${shown}`).toBeDefined();
    if (value !== '...') expect(found, `${path} of ${shown}`).toEqual(JSON.parse(fillIn(value, stage.captures)));
  }
}

/** Splits environment, words and redirections. */
function readCommand(stage: Stage, text: string): { argv: readonly string[]; options: RunOptions; output?: string } {
  const env: Record<string, string> = {};
  const fds: Record<number, string> = {};
  const argv: string[] = [];
  let stdin: RunOptions['stdin'] = 'null';
  let output: string | undefined;
  const words = [...splitWords(text)];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const assignment = /^([A-Z_]+)=(.*)$/.exec(word);
    const descriptor = /^([3-9])<$/.exec(word);
    if (assignment !== null && argv.length === 0) env[assignment[1] ?? ''] = assignment[2] ?? '';
    else if (word === '<') stdin = readFileSync(resolve(stage.work, words.shift() ?? ''));
    else if (word === '<&-') stdin = 'closed';
    else if (word === '>') output = resolve(stage.work, words.shift() ?? '');
    else if (descriptor !== null)
      fds[Number(descriptor[1])] = readFileSync(resolve(stage.work, words.shift() ?? ''), 'utf8');
    else argv.push(word);
  }
  const prefix: string[] = [];
  if (argv[0] === 'offline') {
    argv.shift();
    prefix.push(...offlinePrefix);
  }
  if (stage.umask !== undefined) prefix.unshift('sh', '-c', `umask ${stage.umask}; exec "$@"`, 'sh');
  const at = argv.indexOf('valops');
  if (at >= 0) argv.splice(at, 1, ...program);
  const stdout = output === undefined ? undefined : openSync(output, 'w');
  return {
    argv,
    options: {
      home: join(stage.work, 'home'),
      cwd: stage.work,
      env,
      fds,
      stdin,
      prefix,
      ...(stdout === undefined ? {} : { stdout }),
    },
    ...(output === undefined ? {} : { output }),
  };
}

function check(stage: Stage, { verb, words }: CheckStep, where: string): void {
  const filled = fillIn(words, stage.captures);
  const [first = '', ...rest] = filled.split(' ');
  const at = (path: string): string => resolve(stage.work, path);
  switch (verb) {
    case 'exists':
      for (const path of [first, ...rest]) expect([where, path, existsSync(at(path))]).toEqual([where, path, true]);
      return;
    case 'absent':
      for (const path of [first, ...rest]) {
        expect([where, path, lstatSync(at(path), { throwIfNoEntry: false })]).toEqual([where, path, undefined]);
      }
      return;
    case 'mode':
      for (const path of rest) {
        const mode = (lstatSync(at(path)).mode & 0o7777).toString(8).padStart(4, '0');
        expect([where, path, mode]).toEqual([where, path, first]);
      }
      return;
    case 'same':
    case 'differ':
      expect(readFileSync(at(first)).equals(readFileSync(at(rest[0] ?? ''))), where).toBe(verb === 'same');
      return;
    case 'list':
      expect([where, ...readdirSync(at(first)).sort()]).toEqual([where, ...rest.slice(1)]);
      return;
    case 'contains':
    case 'lacks':
      expect(readFileSync(at(first), 'utf8').includes(rest.join(' ')), `${where}: ${words}`).toBe(verb === 'contains');
      return;
    case 'umask':
      stage.umask = first;
  }
}
