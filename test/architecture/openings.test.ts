import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sources } from './imports.ts';

/**
 * Files outside of age/ that open with the engine itself, and where the record is: everybody else goes
 * through age/opening.ts, which writes it.
 */
const byThemselves: Readonly<Record<string, string>> = {
  'src/keys/init.ts': 'opens a probe it has just sealed; journalled as keys.init',
  'src/keys/rotate-files.ts': 'opens a probe it has just sealed; journalled as keys.rotate',
  'src/backup/locate.ts': 'called below backup verify',
  'src/backup/open-backup.ts': 'called below backup verify, restore and drill',
  'src/backup/restore-write.ts': 'called below backup restore',
  'src/reseal/proof.ts': 'called below reseal',
  'src/reseal/seal-anew.ts': 'called below reseal',
};

/** The actions of the journal under which those that are called below a command are. */
const journalledIn: readonly (readonly [file: RegExp, action: RegExp])[] = [
  [/^src\/backup\//, /'backup\.(verify|restore|drill)'/],
  [/^src\/reseal\//, /'reseal(\.\w+)?'/],
];

const opens = /import \{[^}]*\b(open|openBytes)\b[^}]*\} from '[./]+\/age\/engine\.ts'/;
const files = sources('src').filter((file) => !file.startsWith('src/age/'));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('every opening of a sealed file is journalled', () => {
  test('nobody opens but through age/opening.ts, apart from those listed with their record', () => {
    expect(files.filter((file) => opens.test(text(file))).toSorted()).toEqual(Object.keys(byThemselves).toSorted());
  });

  test.each(journalledIn)('%s has records of its actions', (folder, action) => {
    expect(files.filter((file) => folder.test(file)).some((file) => action.test(text(file)))).toBe(true);
  });

  test('the engine is behind journalledOpening, which begins the record before it lends the keys', () => {
    const opening = text('src/age/opening.ts');
    expect(opening.match(/export (async )?function \w+/g)).toEqual(['export async function journalledOpening']);
  });
});
