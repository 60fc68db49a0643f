import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/core/change.ts';
import { stepFunctions } from '../../src/core/step-functions.ts';
import { compileStep, compileStepCheck, describeStep } from '../../src/core/step-script.ts';
import { shells } from '../support/shells.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function run(
  shell: readonly string[],
  step: Step,
  call = 'step',
): { status: number | null; stdout: string; stderr: string } {
  const check = compileStepCheck(step, 'check') ?? '';
  const script = `set -u\nV_STEP_SECONDS=1\n${stepFunctions}${compileStep(step, 'step')}${check}${call}\n`;
  const [program = '', ...args] = shell;
  const { status, stdout, stderr } = spawnSync(program, [...args, '-s'], { input: script, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('steps under $name', ({ shell }) => {
  test('any content arrives unchanged with its mode, and nothing else is left', () => {
    const directory = temporaryDirectory();
    const path = join(directory, "a 'file' $x");
    const content = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ maxLength: 50 }).map((text) => `${text}\n`),
    );
    fc.assert(
      fc.property(content, fc.constantFrom('0600', '644', '0440', '0755'), (text, mode) => {
        const step: Step = { step: 'write', path, mode, content: text };
        expect(run(shell, step)).toEqual({ status: 0, stdout: '', stderr: '' });
        expect(readFileSync(path, 'utf8')).toBe(text);
        expect(statSync(path).mode & 0o7777).toBe(Number.parseInt(mode, 8));
        expect(run(shell, step, 'check').status).toBe(0);
        expect(readdirSync(directory)).toHaveLength(1);
      }),
      {
        numRuns: 30,
        examples: [
          ['', '0600'],
          ['\n', '0600'],
          ['no end', '0600'],
          ['a\0b\r\n', '0600'],
          ['$x `id` \\\n', '0644'],
        ],
      },
    );
  });

  test('a file that is right already is not touched; one with another mode is', () => {
    const path = join(temporaryDirectory(), 'file');
    const step: Step = { step: 'write', path, mode: '0640', content: 'text\n' };
    run(shell, step);
    const before = statSync(path);
    expect(run(shell, step).status).toBe(0);
    expect(statSync(path).ino).toBe(before.ino);
    chmodSync(path, 0o600);
    expect(run(shell, step, 'check').status).not.toBe(0);
    expect(run(shell, step).status).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('a missing directory, a directory in the way: it fails and leaves nothing', () => {
    const directory = temporaryDirectory();
    const inDirectory = (name: string): Step => ({
      step: 'write',
      path: join(directory, name),
      mode: '0600',
      content: 'x\n',
    });
    expect(run(shell, inDirectory('none/file')).status).not.toBe(0);
    mkdirSync(join(directory, 'folder'));
    expect(run(shell, inDirectory('folder')).status).not.toBe(0);
    expect(readdirSync(directory)).toEqual(['folder']);
    expect(readdirSync(join(directory, 'folder'))).toEqual([]);
  });

  test('a link is replaced by the file, its target is not touched', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'target'), 'target\n');
    symlinkSync('target', join(directory, 'link'));
    expect(run(shell, { step: 'write', path: join(directory, 'link'), mode: '0600', content: 'new\n' }).status).toBe(0);
    expect(readFileSync(join(directory, 'link'), 'utf8')).toBe('new\n');
    expect(readFileSync(join(directory, 'target'), 'utf8')).toBe('target\n');
  });

  test('remove: gone afterwards, also when it was gone before, and with what a killed write left', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'file');
    writeFileSync(path, 'x');
    writeFileSync(join(directory, '.valops-file'), 'half');
    expect(run(shell, { step: 'remove', path }).status).toBe(0);
    expect(run(shell, { step: 'remove', path }).status).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
    expect(run(shell, { step: 'remove', path }, 'check').status).toBe(0);
  });

  test('run: arguments and input arrive, the exit status decides, a hanging program is ended', () => {
    const run_ = (argv: readonly [string, ...string[]], input?: string) =>
      run(shell, { step: 'run', argv, ...(input === undefined ? {} : { input }) });
    expect(run_(['printf', '%s|', "a'b", '$c', '']).stdout).toBe("a'b|$c||");
    expect(run_(['cat'], 'bytes without end').stdout).toBe('bytes without end');
    expect(run_(['cat']).stdout).toBe('');
    expect(run_(['false']).status).toBe(1);
    expect(run_(['/nonexistent/program']).status).not.toBe(0);
    expect(run_(['sleep', '60']).status).not.toBe(0);
  });
});

test('content and input are in no argument: the process list of a running step does not show them', () => {
  const step: Step = {
    step: 'run',
    argv: ['sh', '-c', 'for f in /proc/[0-9]*/cmdline; do tr "\\0" " " <$f 2>/dev/null; done'],
    input: 'MARKER_IN_INPUT\n',
  };
  expect(run(['sh'], step).stdout).not.toContain('MARKER_IN_INPUT');
});

test.each<[string, Step]>([
  ['relative path', { step: 'remove', path: 'etc/passwd' }],
  ['parent in path', { step: 'remove', path: '/etc/../etc/passwd' }],
  ['directory', { step: 'remove', path: '/etc/' }],
  ['root', { step: 'remove', path: '/' }],
  ['NUL', { step: 'remove', path: '/etc/a\0b' }],
  ['mode', { step: 'write', path: '/etc/x', mode: '4755', content: '' }],
  ['mode with a command', { step: 'write', path: '/etc/x', mode: '600;id', content: '' }],
  ['no program', { step: 'run', argv: [''] }],
])('a step that no host could take is PLAN_INVALID: %s', (_, step) => {
  expect(() => compileStep(step, 'step')).toThrow(expect.objectContaining({ code: 'PLAN_INVALID' }));
});

test('a description is one printable line without content', () => {
  expect(describeStep({ step: 'write', path: '/etc/x\ny', mode: '600', content: 'secret' })).toBe('write /etc/x?y');
  expect(existsSync('/etc/x')).toBe(false);
});
