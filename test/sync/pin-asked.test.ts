import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { program } from '../support/valops.ts';

test.runIf(hasTerminalDriver)(
  'a person sees what is to be pinned; only a yes writes it (needs Python for a terminal)',
  async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'home'), { mode: 0o700 });
    const source = "source: { type: directory, path: ., file: 'tool-{version}' }";
    writeFileSync(join(directory, 'valops.yaml'), `binaries: { tool: { version: '1.0', ${source} } }\n`);
    writeFileSync(join(directory, 'tool-1.0'), '#!/bin/sh\necho 1.0\n');
    const pin = (type: string): ReturnType<typeof onTerminal> =>
      onTerminal([...program, 'sync', 'pin', 'tool'], {
        home: join(directory, 'home'),
        cwd: directory,
        entries: [{ expect: 'Pin tool 1.0?', type }],
      });
    const declined = await pin('n\r');
    expect(declined.status).toBe(3);
    expect(declined.screen).toContain('nothing was pinned');
    expect(declined.screen).toContain('no signature proves who made this');
    expect(() => readFileSync(join(directory, 'valops.lock'))).toThrow('ENOENT');
    const agreed = await pin('y\r');
    expect([agreed.status, agreed.screen]).toEqual([0, expect.stringContaining('pinned in')]);
    expect(readFileSync(join(directory, 'valops.lock'), 'utf8')).toContain('"unsafeFirstUse": true');
  },
);
