import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { expect, onTestFinished, test } from 'vitest';
import { formsOf, found, type Needle } from '../../support/encodings.ts';
import { makeHomes } from '../../support/home.ts';
import { watchProcesses } from '../../support/process-watch.ts';
import { snapshot } from '../../support/snapshot.ts';
import { valops } from '../../support/valops.ts';

test(
  'splitting, checking, recovering and resharing leave neither key nor share outside of where they belong',
  { timeout: 120_000 },
  async () => {
    const { directory, homes, keys, recipients } = await makeHomes();
    const temporary = join(directory, 'tmp');
    mkdirSync(temporary);
    // what is in memory is no leak: the pages go there
    const paper = mkdtempSync('/dev/shm/valops-test-');
    onTestFinished(() => rmSync(paper, { recursive: true, force: true }));
    const said: Buffer[] = [];
    const call = async (args: readonly string[], stdin?: Uint8Array): Promise<string> => {
      const redirected = { TMPDIR: temporary, TMP: temporary, TEMP: temporary, NODE_OPTIONS: undefined };
      const ran = await valops(['keys', 'escrow', ...args], {
        home: homes[0],
        cwd: directory,
        env: redirected,
        ...(stdin === undefined ? {} : { stdin }),
      });
      expect(ran.status, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
      said.push(ran.output, Buffer.from(ran.stderr));
      return ran.stdout;
    };
    const watch = watchProcesses(temporary);
    const circle = ['--threshold', '2', '--trustee', `ann=${recipients[1]}`, '--trustee', `bob=${recipients[2]}`];
    const pages = join(paper, 'pages');
    await call(['split', ...circle, '--out', 'shares', '--paper', pages, '--json']);
    const sealed = readdirSync(join(directory, 'shares'))
      .filter((name) => name.endsWith('.age'))
      .map((name) => join('shares', name));
    const clear = readdirSync(pages).map((name) => readFileSync(join(pages, name)));
    const trustees = ['-i', keys[1], '-i', keys[2]];
    await call(['inspect', ...sealed]);
    await call(['check', ...sealed, ...trustees, '--json']);
    await call(['check', '-'], clear[0] ?? Buffer.alloc(0));
    await call(['recover', ...sealed, ...trustees]);
    await call(['recover', sealed[0] ?? '', '-', ...trustees, '--json'], clear[1] ?? Buffer.alloc(0));
    await call(['reshare', ...sealed, ...trustees, ...circle, '--out', 'again']);
    await call(['recover', ...sealed, ...trustees, '-o', 'recovered.key']);
    const processes = await watch.stop();

    const text = /AGE-SECRET-KEY-1([0-9A-Z]+)/.exec(readFileSync(keys[0], 'utf8'))?.[1] ?? '';
    const needles: readonly Needle[] = [
      { name: 'key, bech32', bytes: Buffer.from(text) },
      { name: 'key, lower-case bech32', bytes: Buffer.from(text.toLowerCase()) },
      ...formsOf('key', bech32.decodeToBytes(`AGE-SECRET-KEY-1${text}`).bytes),
      // lines 3 to 5 are of the payload alone
      ...clear.flatMap((page, at) =>
        page
          .toString()
          .split('\n')
          .filter((line) => /^ [345] [0-9A-Z]{5} /.test(line))
          .map((line) => ({ name: `share ${at + 1}`, bytes: Buffer.from(line.slice(3)) })),
      ),
    ];
    expect(needles.filter(({ name }) => name.startsWith('share'))).toHaveLength(6);
    expect(found(needles, Buffer.concat(said))).toEqual([]);
    expect(processes.toString('latin1')).toContain(join(directory, 'one'));
    expect(found(needles, processes)).toEqual([]);
    expect([...watch.appeared]).toEqual([]);
    for (const { path, type, bytes } of snapshot(directory)) {
      if (type !== 'file') continue;
      const isKey = path === 'recovered.key' || path === 'one/age/host-identity.key';
      expect([path, found(needles, bytes).length]).toEqual([path, isKey ? 1 : 0]);
    }
    for (const page of clear) expect(found(needles, page).length).toBe(3);
  },
);
