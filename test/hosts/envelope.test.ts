import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeEnvelope } from '../../src/hosts/envelope.ts';
import { createReply } from '../../src/hosts/reply.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const random = Buffer.from('0123456789abcdef', 'hex');
const request = (script: string) => ({ script, as: 'user', timeout: 10_000 }) as const;

describe('envelope', () => {
  test('the command line holds nothing a login shell could read in its own way', () => {
    const { line } = makeEnvelope(request('echo'), random);
    expect(line).not.toMatch(/[\n\\!]/);
    expect(line.split("'").length).toBe(5);
  });

  const shells = ['sh', 'bash', 'dash', 'zsh', 'fish', 'csh', 'tcsh', 'mksh'].filter(
    (shell) => spawnSync(shell, ['-c', 'true']).status === 0,
  );
  test.each(shells)('runs below the login shell %s', (shell) => {
    const { line, input, nonce } = makeEnvelope(request('printf "%s" "$0 $PWD"; exit 5'), random);
    const { status, stdout, stderr } = spawnSync(shell, ['-c', line], { input });
    const reply = createReply('h', nonce);
    reply.stdout(stdout);
    reply.stderr(stderr);
    const result = reply.result(status);
    expect(result.exitCode).toBe(5);
    expect(Buffer.from(result.stdout).toString()).toBe('valops /');
    expect(result.stderr.length).toBe(0);
  });

  test('of a script that did not arrive whole, nothing runs', () => {
    const trace = join(temporaryDirectory(), 'ran');
    const { argv, input } = makeEnvelope(request(`touch ${trace}\n: ${'x'.repeat(500)}\n`), random);
    for (const length of [0, 10, trace.length + 8, 300, input.length - 2]) {
      const ended = spawnSync(argv[0], argv.slice(1), { input: input.subarray(0, length) });
      expect(ended.status).toBe(1);
      expect(String(ended.stderr)).toContain('incomplete');
      expect(existsSync(trace)).toBe(false);
    }
    execFileSync(argv[0], argv.slice(1), { input, stdio: ['pipe', 'ignore', 'ignore'] });
    expect(existsSync(trace)).toBe(true);
  });

  test('the host ends the script in time though nobody watches', () => {
    const { argv, input } = makeEnvelope({ script: 'sleep 600 & sleep 600', as: 'user', timeout: 300 }, random);
    expect(spawnSync(argv[0], argv.slice(1), { input }).signal).toBe('SIGKILL');
  });

  test('the output is found in whatever pieces and noise it comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string(),
        fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
        (output, noise, sizes) => {
          const reply = createReply('h', 'aa');
          const all = Buffer.concat([Buffer.from(`${noise}valops-aa 0 1.1.1.1 5 2.2.2.2 22\n`), output]);
          for (let at = 0; at < all.length;) {
            const size = sizes.next().value ?? 1;
            reply.stdout(all.subarray(at, at + size));
            at += size;
          }
          expect(Buffer.from(reply.result(0).stdout).equals(Buffer.from(output))).toBe(true);
          expect(reply.connection()).toBe('1.1.1.1 5 2.2.2.2 22');
        },
      ),
    );
  });

  test('no root, and no script at all', () => {
    const notRoot = createReply('h', 'aa');
    notRoot.stdout(Buffer.from('valops-aa not-root\n'));
    expect(() => notRoot.result(1)).toThrow(expect.objectContaining({ code: 'HOST_NOT_ROOT' }));
    const silent = createReply('h', 'aa');
    silent.stdout(Buffer.from('go away'));
    expect(() => silent.result(1)).toThrow(
      expect.objectContaining({ code: 'HOST_UNREACHABLE', message: expect.stringContaining('go away') }),
    );
  });
});
