import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allDocuments, readDocument, repository } from './documents.ts';

const documents = allDocuments();

/** Anchors of the headings of a document, as GitHub makes them. */
function anchors(path: string): ReadonlySet<string> {
  return new Set(
    [...readDocument(path).prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('the documents are all there', () => {
  expect(documents.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'README.md',
      'IDENTITY-GENERATION.md',
      'OPERATIONS.md',
      'SECURITY.md',
      'CHANGELOG.md',
      'runbooks/audit-checks.md',
      'runbooks/carry-binaries-by-usb.md',
      'runbooks/harden-a-host.md',
      'runbooks/hold-a-ceremony.md',
      'runbooks/journal-is-broken.md',
      'runbooks/locked-out-of-a-host.md',
      'runbooks/missed-audit.md',
      'runbooks/recover-a-backup-with-age-and-tar.md',
      'runbooks/recover-from-escrow.md',
      'runbooks/recover-with-stock-age.md',
      'runbooks/restore-a-backup.md',
      'runbooks/restore-an-identity.md',
      'runbooks/roll-back-a-binary.md',
      'runbooks/rotate-an-age-key.md',
      'runbooks/rotate-an-ssh-key.md',
      'runbooks/update-a-binary.md',
    ]),
  );
  expect(existsSync(join(repository, 'LICENSE'))).toBe(true);
});

/** The relative links of a document which lead nowhere, or to a heading that is not there. */
function brokenLinks(path: string, prose: string): readonly string[] {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(repository, found))) return true;
      return anchor !== undefined && !anchors(found).has(anchor);
    });
}

describe.each(documents)('$path', ({ path, text, prose }) => {
  test('its relative links and anchors resolve', () => {
    expect(brokenLinks(path, prose)).toEqual([]);
    expect(brokenLinks(path, '[a](nowhere.md) [b](#no-such-heading)')).toHaveLength(2);
  });

  test('it names no path of one machine, no registry and nothing unfinished', () => {
    expect(text).not.toMatch(/(^|[^\w.])\/(work|farm|root)\//m);
    expect(text).not.toMatch(/registry\.|\b(TODO|FIXME|XXX|TBD)\b/);
  });
});

/** Tables from the program lie beside the runbooks and are none. */
const tables = ['runbooks/audit-checks.md', 'runbooks/system-checklists.md'];
const runbooks = documents.filter(({ path }) => path.startsWith('runbooks/') && !tables.includes(path));

describe.each(runbooks)('$path', ({ prose }) => {
  test('has the five parts of a runbook, in order', () => {
    const headings = [...prose.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    expect(headings).toEqual(['When', 'Before you start', 'Steps', 'How to know it worked', 'How to undo']);
  });
});

test('README.md has exactly two blocks of commands: one for the main job, one for the tests', () => {
  const { blocks } = readDocument('README.md');
  expect(blocks.filter(({ info }) => info[0] === 'sh').map(({ text }) => text)).toEqual([
    'npm ci --ignore-scripts && npm run build && node bin/valops.js rehearse\n',
    'bash .ci/run\n',
  ]);
  expect(blocks.filter(({ info }) => info[0] !== 'sh' && info[0] !== 'text')).toEqual([]);
});

test('SECURITY.md lists every runtime dependency with its version', () => {
  const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const rows = [...readDocument('SECURITY.md').text.matchAll(/^\| `([^`]+)` \| (\d+\.\d+\.\d+) \|/gm)];
  expect(Object.fromEntries(rows.map(([, name, version]) => [name, version]))).toEqual(dependencies);
});
