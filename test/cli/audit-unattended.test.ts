import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops, type Ran } from '../support/valops.ts';

interface Stage {
  readonly directory: string;
  readonly home: string;
  audit(...words: readonly string[]): Promise<Ran>;
  reports(): number;
}

/** One own check that fails while a file is there, and a textfile and a webhook to be told of it. */
function stage(): Stage {
  const directory = temporaryDirectory();
  const home = join(directory, 'home');
  writeFileSync(join(directory, 'hook'), 'http://127.0.0.1:1/SECRET\n', { mode: 0o600 });
  writeFileSync(
    join(directory, 'valops.yaml'),
    `audit:
  delivery:
    webhook: { urlFile: ${directory}/hook }
    textfile: { directory: ${directory} }
  checklists:
    nightly:
      cadence: weekly
      own:
        - { id: own.no-flag, title: there is no flag, severity: high, run: [test, "!", -e, ${directory}/flag] }
`,
  );
  const stored = join(home, 'reports', hostname());
  return {
    directory,
    home,
    audit: (...words) => valops(['audit', ...words], { home, cwd: directory }),
    reports: () => (existsSync(stored) ? readdirSync(stored).filter((name) => name.endsWith('.json')).length : 0),
  };
}

describe('a run that nobody watches', () => {
  test('--if-due runs once in a period, and is silent then', async () => {
    const { audit, reports } = stage();
    expect((await audit('run', 'nightly', '--if-due')).status).toBe(0);
    const again = await audit('run', 'nightly', '--if-due');
    expect([again.status, again.stdout, again.stderr, reports()]).toEqual([0, '', '', 1]);
  });

  test('--show-delivery says what would be told, tells nothing and stores nothing', async () => {
    const { directory, audit, reports } = stage();
    const shown = await audit('run', 'nightly', '--show-delivery');
    expect(shown.stderr).toContain(`would be delivered: the report to ${directory}/valops-audit-nightly.prom`);
    expect([reports(), existsSync(join(directory, 'valops-audit-nightly.prom'))]).toEqual([0, false]);
  });

  test('--deliver: what cannot be told is said, kept and no reason to fail; no address is ever shown', async () => {
    const { directory, home, audit, reports } = stage();
    writeFileSync(join(directory, 'flag'), '');
    const ran = await audit('run', 'nightly', '--changes-only', '--deliver');
    expect([ran.status, reports()]).toEqual([3, 1]);
    expect(ran.stderr).toContain('not delivered (webhook): the address of "webhook" may not be used');
    expect(readFileSync(join(directory, 'valops-audit-nightly.prom'), 'utf8')).toContain('check="own.no-flag"');
    expect(readdirSync(join(home, 'audit/spool'))).toHaveLength(1);
    const kept = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(`${ran.stdout}${ran.stderr}${kept.join('')}`).not.toContain('SECRET');
  });

  test.each([
    [['run', 'nightly', '--deliver', '--show-delivery'], '--deliver and --show-delivery exclude each other'],
    [['run', 'nightly', '--deliver', '--only', 'own.*'], 'is not delivered'],
    [['schedule', 'install', 'incident', '--plan'], 'has no cadence'],
    [['schedule', 'install', 'nihgtly', '--plan'], 'there is no checklist "nihgtly"'],
    [['fix', 'ssh.nothing'], 'there is no check "ssh.nothing"'],
  ])('%j is refused', async (words, told) => {
    const ran = await stage().audit(...words);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe('audit fix', () => {
  test('what no plan puts right is told with what to do; exit 3', async () => {
    const { audit } = stage();
    const ran = await audit('fix', 'manual.advisories', 'own.no-flag', 'time.*', '--json');
    expect([ran.status, ran.json()['schema'], ran.json()['plan']]).toEqual([3, 'valops/audit-fix/1', null]);
    const ids = (ran.json()['byHand'] as { readonly id: string; readonly remediation: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['manual.advisories', 'own.no-flag', 'time.clock-agrees']));
  });
});
