import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHome, makeHomes, type Homes } from '../support/home.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { program, valops } from '../support/valops.ts';

const escape = '\u001b';
const passphrase = 'correct horse battery staple';
const enter = '\r';

/** A sealed identity `id.age` with its card, openable by the first key. */
async function makeIdentity({ directory, homes, recipients }: Homes): Promise<void> {
  const made = await valops(
    [
      ...['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipients[0], '-r', recipients[1]],
      ...['--out', join(directory, 'id.age'), '--card', join(directory, 'id.json')],
    ],
    { home: homes[0] },
  );
  expect(made.status, made.stderr).toBe(0);
}

describe.runIf(hasTerminalDriver)('on a terminal (needs python3 for a pseudo-terminal)', () => {
  test('a passphrase is asked twice, never echoed, and the questions are erased', async () => {
    const home = makeHome();
    const ran = await onTerminal([...program, 'keys', 'init', '--passphrase'], {
      home,
      entries: [
        { expect: 'Passphrase for the new key', type: `${passphrase}${enter}` },
        { expect: '(again)', type: `${passphrase}${enter}` },
      ],
    });
    expect(ran.status, ran.transcript).toBe(0);
    for (const word of passphrase.split(' ')) expect(ran.transcript).not.toContain(word);
    expect(ran.screen).not.toContain('Passphrase');
    expect(ran.screen).toContain('age1');
    expect(readFileSync(join(home, 'age', 'host-identity.key'), 'utf8')).toContain('BEGIN AGE ENCRYPTED FILE');
    expect(readFileSync(join(home, 'journal.jsonl'), 'utf8')).not.toContain('horse');

    const recipient = readFileSync(join(home, 'age', 'host-identity.pub'), 'utf8').trim();
    const file = join(home, 'sealed.age');
    await valops(['encrypt', '-r', recipient, '-o', file], { home, stdin: Buffer.from('plain') });
    const opened = await onTerminal([...program, 'decrypt', '-i', join(home, 'age', 'host-identity.key'), file], {
      home,
      entries: [{ expect: 'Passphrase for', type: `${passphrase}${enter}` }],
    });
    expect(opened.status, opened.transcript).toBe(0);
    expect(opened.screen.trim()).toBe('plain');
    expect(opened.transcript).not.toContain('horse');
  });

  test('two entries that differ make no key', async () => {
    const home = makeHome();
    const ran = await onTerminal([...program, 'keys', 'init', '--passphrase'], {
      home,
      entries: [
        { expect: 'Passphrase for the new key', type: `${passphrase}${enter}` },
        { expect: '(again)', type: `something else${enter}` },
      ],
    });
    expect(ran.status, ran.transcript).toBe(2);
    expect(ran.screen).toContain('the two entries differ');
    expect(ran.transcript).not.toMatch(/horse|something else/);
    expect(existsSync(join(home, 'age'))).toBe(false);
  });

  test('Ctrl-C at a question exits 130, restores the terminal and leaves nothing', async () => {
    const home = makeHome();
    const ran = await onTerminal(
      ['sh', '-c', '"$@"; status=$?; stty -a; exit $status', 'sh', ...program, 'keys', 'init', '--passphrase'],
      {
        home,
        entries: [{ expect: 'Passphrase for the new key', type: '\u0003' }],
      },
    );
    expect(ran.status, ran.transcript).toBe(130);
    expect(ran.screen).toContain('interrupted');
    expect(ran.transcript).toMatch(/[^-]icanon/);
    expect(ran.transcript).toMatch(/[^-]echo\b/);
    expect(readdirSync(home)).toEqual([]);
  });

  test('restore asks before it writes: no leaves nothing, yes restores', async () => {
    const homes = await makeHomes();
    await makeIdentity(homes);
    const target = join(homes.directory, 'key');
    const argv = [
      ...program,
      ...['identity', 'restore', join(homes.directory, 'id.age'), '--card', join(homes.directory, 'id.json')],
      ...['-i', homes.keys[0], '--to', target],
    ];
    const question = '(y/N)';
    const refused = await onTerminal(argv, {
      home: homes.homes[0],
      entries: [{ expect: question, type: `n${enter}` }],
    });
    expect(refused.status, refused.transcript).toBe(3);
    expect(refused.screen).toContain('nothing was written');
    expect(existsSync(target)).toBe(false);
    const byDefault = await onTerminal(argv, { home: homes.homes[0], entries: [{ expect: question, type: enter }] });
    expect(byDefault.status, byDefault.transcript).toBe(3);
    const interrupted = await onTerminal(argv, {
      home: homes.homes[0],
      entries: [{ expect: question, type: '\u0003' }],
    });
    expect(interrupted.status, interrupted.transcript).toBe(130);
    expect(existsSync(target)).toBe(false);

    const agreed = await onTerminal(argv, { home: homes.homes[0], entries: [{ expect: question, type: `y${enter}` }] });
    expect(agreed.status, agreed.transcript).toBe(0);
    expect(agreed.screen).not.toContain(question);
    expect(agreed.screen).toContain('restored and read back');
    expect(agreed.transcript).toContain(escape);
    const journal = (await valops(['journal', 'verify', '--json'], { home: homes.homes[0] })).json();
    expect(journal['whole']).toBe(true);
  });

  test('binary is refused on a terminal; armor, a file and "-o -" are not', async () => {
    const {
      homes: [home],
      recipients: [recipient],
      directory,
    } = await makeHomes();
    const file = join(directory, 'plain');
    writeFileSync(file, 'plain');
    const refused = await onTerminal([...program, 'encrypt', '-r', recipient, file], { home });
    expect(refused.status).toBe(2);
    expect(refused.screen).toContain('refusing to write binary to the terminal');
    expect(refused.screen).not.toContain('age-encryption.org');
    for (const options of [['-a'], ['-o', '-'], ['-o', join(directory, 'out.age')]]) {
      const ran = await onTerminal([...program, 'encrypt', '-r', recipient, ...options, file], { home });
      expect(ran.status, ran.transcript).toBe(0);
    }
    const piped = await onTerminal([...program, 'encrypt', '-r', recipient, file], {
      home,
      stdout: join(directory, 'piped.age'),
    });
    expect(piped.status).toBe(0);
    expect(readFileSync(join(directory, 'piped.age')).subarray(0, 18).toString()).toBe('age-encryption.org');
  });

  test('colour, the QR code and live progress appear on a terminal, and NO_COLOR takes the colour', async () => {
    const homes = await makeHomes();
    await makeIdentity(homes);
    const argv = [
      ...program,
      'identity',
      'inspect',
      join(homes.directory, 'id.age'),
      '--card',
      join(homes.directory, 'id.json'),
    ];
    const coloured = await onTerminal(argv, { home: homes.homes[0] });
    expect(coloured.transcript).toContain(`${escape}[1m`);
    expect(coloured.screen).toContain('▀');
    const plain = await onTerminal(argv, { home: homes.homes[0], env: { NO_COLOR: '1' } });
    expect(plain.transcript).not.toContain(escape);
    expect(plain.screen).toContain('▀');
    const dumb = await onTerminal(argv, { home: homes.homes[0], env: { TERM: 'dumb' } });
    expect(dumb.transcript).not.toContain(escape);
  });

  test('with standard input from /dev/null it does not ask although there is a terminal', async () => {
    const home = makeHome();
    const ran = await onTerminal([...program, 'keys', 'init', '--passphrase'], { home, stdin: '/dev/null' });
    expect(ran.status).toBe(2);
    expect(ran.screen).toContain('--passphrase-fd');
  });

  test('rehearse draws its steps and leaves the result on the screen', async () => {
    const home = makeHome();
    const ran = await onTerminal([...program, 'rehearse', '--kind', 'solana'], { home });
    expect(ran.status, ran.transcript).toBe(0);
    expect(ran.screen).toContain('proofs held');
    expect(ran.transcript).toContain(escape);
    expect(ran.transcript.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(ran.transcript.lastIndexOf('\u001b[?25l'));
  });
});

test('what is piped has no escape sequences, even when colour is forced on other tools', async () => {
  const homes = await makeHomes();
  await makeIdentity(homes);
  const ran = await Promise.all(
    [
      ['--help'],
      ['identity', 'kinds'],
      ['identity', 'inspect', join(homes.directory, 'id.age'), '--card', join(homes.directory, 'id.json')],
      ['keys', 'list'],
      ['journal', 'show'],
      ['keys', 'nonsense'],
    ].map((args) => valops(args, { home: homes.homes[0], env: { FORCE_COLOR: '1', TERM: 'xterm-256color' } })),
  );
  for (const { stdout, stderr } of ran) expect(stdout + stderr).not.toContain(escape);
});
