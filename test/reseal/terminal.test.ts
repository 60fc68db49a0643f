import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHomes } from '../support/home.ts';
import { sealFile, textOf } from '../support/sealed-files.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { program, valops } from '../support/valops.ts';

describe.runIf(hasTerminalDriver)('reseal on a terminal (needs python3 for a pseudo-terminal)', () => {
  test('shows the plan and asks; a removed key with a passphrase is asked for once; no is no', async () => {
    const { directory, homes, keys, recipients } = await makeHomes();
    const at = (name: string): string => join(directory, name);
    mkdirSync(at('files'));
    await sealFile(at('files/a.age'), 'text of a', recipients.slice(0, 2));
    writeFileSync(at('to.txt'), `${recipients[0]}\n`);
    const sealing = ['encrypt', '-a', '-p', '--passphrase-fd', '3', '-o', at('two.key'), keys[1]];
    await valops(sealing, { home: homes[0], fds: { 3: 'a passphrase\n' } });
    const argv = [...program, 'reseal', at('files'), '--to', at('to.txt'), '-i', keys[0], '--removed', at('two.key')];
    const passphrase = { expect: 'Passphrase for', type: 'a passphrase\r' };

    const before = readFileSync(at('files/a.age'));
    const declined = await onTerminal(argv, {
      home: homes[0],
      entries: [passphrase, { expect: 'Seal them anew?', type: 'n\r' }],
    });
    expect(declined.status, declined.transcript).toBe(0);
    expect(declined.screen).toContain(`~ ${at('files/a.age')}`);
    expect(declined.screen).toContain('declined; no file was touched');
    expect(readFileSync(at('files/a.age')).equals(before)).toBe(true);
    expect(readdirSync(join(homes[0], 'reseal'))).toEqual(['lock']);

    const done = await onTerminal(argv, {
      home: homes[0],
      entries: [passphrase, { expect: 'Seal them anew?', type: 'y\r' }],
    });
    expect(done.status, done.transcript).toBe(0);
    expect(done.screen).toContain('the key tried on each new file, opens none');
    expect(done.transcript).not.toContain('a passphrase');
    expect(await Promise.all(keys.map((key) => textOf(at('files/a.age'), key)))).toEqual(['text of a', null, null]);
  });
});
