import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDocument } from './documents.ts';
import { hasAge, perform } from './perform.ts';
import { shownPattern, withPlaceholders } from './placeholders.ts';
import { canUnshare, carry, makeSandbox, type Sandbox } from './sandbox.ts';

describe.runIf(canUnshare)(
  'the documents, performed in order (needs user namespaces; stock age where it is named)',
  () => {
    let made: Sandbox;
    const sandbox = (): Sandbox => made;
    beforeAll(() => {
      made = makeSandbox();
    });
    afterAll(() => made.remove());

    test.runIf(hasAge)('the report in README.md (needs stock age)', () => {
      const { status, output } = sandbox().run('offline', 'valops rehearse');
      expect(status).toBe(0);
      const report = readDocument('README.md').blocks.find(({ info }) => info[0] === 'text');
      expect(withPlaceholders(output)).toMatch(shownPattern(report?.text ?? 'no report'));
    });

    perform(sandbox, 'IDENTITY-GENERATION.md');

    perform(sandbox, 'runbooks/recover-with-stock-age.md');

    test('what was restored is what stock age recovered', () => {
      const restored = readFileSync(sandbox().at('/home/validator/data/identity-secret'), 'utf8');
      expect(restored).toMatch(/^[0-9a-f]{64}$/);
      if (!hasAge) return;
      const { output } = sandbox().run('escrow', 'age -d -i ~/.valops/age/host-identity.key /media/usb/arch.age');
      expect(output === restored).toBe(true);
    });

    test('before the restore runbook: the escrow key is carried to the memory of the host', () => {
      carry(sandbox(), '/home/escrow/.valops/age/host-identity.key', '/dev/shm/escrow.key');
      expect(existsSync(sandbox().at('/dev/shm/escrow.key'))).toBe(true);
    });

    perform(sandbox, 'runbooks/restore-an-identity.md');

    test('before the journal runbook: the head is carried off and a line is altered', () => {
      sandbox().run('escrow', 'valops journal head > /media/usb/escrow-head.txt');
      const path = sandbox().at('/home/escrow/.valops/journal.jsonl');
      const lines = readFileSync(path, 'utf8').split('\n');
      expect(lines[3]).toContain('"purpose":"verify"');
      lines[3] = lines[3]?.replace('"purpose":"verify"', '"purpose":"nothing"') ?? '';
      writeFileSync(path, lines.join('\n'));
    });

    perform(sandbox, 'runbooks/journal-is-broken.md');

    perform(sandbox, 'runbooks/hold-a-ceremony.md');

    test('before the operations: files to work with lie at the workstation', () => {
      const home = '/home/workstation';
      carry(sandbox(), '/home/escrow/.valops/age/host-identity.key', `${home}/escrow.key`);
      carry(sandbox(), '/home/escrow/.valops/age/host-identity.pub', `${home}/escrow.pub`);
      carry(sandbox(), '/media/usb/arch.age', `${home}/validator.age`);
      carry(sandbox(), '/media/usb/arch.json', `${home}/validator.json`);
      carry(sandbox(), '/media/usb/solana-words.age', `${home}/solana-words.age`);
      const { status } = sandbox().run(
        'workstation',
        'for name in ann bob cy dee; do VALOPS_HOME=$HOME/$name valops keys init; cp $name/age/host-identity.key $name.key; ' +
          'cp $name/age/host-identity.pub $name.pub; done; ' +
          'mkdir secrets; for name in notes key secrets/one; do echo "content" > $name.txt; done; echo "a passphrase" > passphrase.txt',
      );
      expect(status).toBe(0);
    });

    perform(sandbox, 'OPERATIONS.md');

    test('before the escrow runbook: shares travel on the stick, two trustees come with their keys', () => {
      const { status, error } = sandbox().run(
        'workstation',
        'cp -r shares /media/usb/shares; cp ann.key cy.key /dev/shm/',
      );
      expect({ status, error }).toEqual({ status: 0, error: '' });
    });

    perform(sandbox, 'runbooks/recover-from-escrow.md');

    test('before the rotation of a key: the sealed identity and its card lie at the host', () => {
      carry(sandbox(), '/media/usb/arch.age', '/home/ops/sealed/arch.age');
      carry(sandbox(), '/media/usb/arch.json', '/home/ops/sealed/arch.json');
      expect(existsSync(sandbox().at('/media/usb/recipients.txt'))).toBe(true);
    });

    perform(sandbox, 'runbooks/rotate-an-age-key.md');

    test('what was sealed and opened again is what it was; the new seal of the words is the same identity', () => {
      const read = (name: string): string => readFileSync(sandbox().at(`/home/workstation/${name}`), 'utf8');
      expect(read('notes-again.txt')).toBe('content\n');
      expect(read('key-again.txt')).toBe('content\n');
      expect(JSON.parse(read('result.json'))).toMatchObject({ schema: 'valops/identity-verify/1', verified: true });
      const publicId = (path: string): unknown => JSON.parse(readFileSync(sandbox().at(path), 'utf8')).publicId;
      const cards = hasAge ? ['/home/workstation/solana-2.json'] : [];
      for (const card of cards) expect(publicId(card)).toBe(publicId('/media/usb/solana.json'));
    });
  },
);

test.each([
  [
    'a 12D3KooWSo4eGJz3knckwxhYUb94sKL6W5HQxPk15pvycPDPNZdf\n',
    'a 12D3KooWPo4eGJz3knckwxhYUb94sKL6W5HQxPk15pvycPDPNZdf\n',
  ],
  ['one\ntwo\nthree\n', 'one\n…\nthree\n'],
  ['one\nthree\n', 'one\n…\nthree\n'],
])('placeholders hide what differs: %j is shown by %j', (output, shown) => {
  expect(withPlaceholders(output)).toMatch(shownPattern(shown));
});

test.each([
  ['one\nfour\n', 'one\n…\nthree\n'],
  ['14 entries\n', '13 entries\n'],
  ['mode 0644\n', 'mode 0600\n'],
])('placeholders hide nothing else: %j is not shown by %j', (output, shown) => {
  expect(withPlaceholders(output)).not.toMatch(shownPattern(shown));
});
