#!/usr/bin/env zx
// Changes the recipients of many sealed files, against stock `age` in a shell loop (age -d | age -R per file).
//   npm run bench:reseal                      100, 1,000 and 10,000 files, three pairs of the first two sizes, one of the last
//   npm run bench:reseal -- --files 100,1000 --pairs 1
// The peer neither proves anything nor waits for the disk nor can be stopped half way.
import { spawnSync } from 'node:child_process';
import { argv, chalk, fs, os, path, which } from 'zx';
import { measure, median } from './bench-pairs.mjs';

const sizes = String(argv.files ?? '100,1000,10000')
  .split(',')
  .map(Number);
const pairs = Number(argv.pairs ?? 3);
const root = path.resolve(import.meta.dirname, '..');
const valops = [process.execPath, path.join(root, 'bin/valops.js')];
const base = String(argv.in ?? os.tmpdir());
const dir = fs.mkdtempSync(path.join(base, 'valops-bench-'));
const at = (name) => path.join(dir, name);
const loop =
  'for f in "$1"/*.age; do age -d -i "$2" "$f" | age -R "$3" -o "$f.new" && mv "$f.new" "$f" || exit 1; done';

function keyOf(name) {
  const home = at(name);
  const made = spawnSync(valops[0], [valops[1], 'keys', 'init'], { env: { ...process.env, VALOPS_HOME: home } });
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const file = path.join(home, 'age/host-identity.key');
  return { file, recipient: fs.readFileSync(path.join(home, 'age/host-identity.pub'), 'utf8').trim() };
}

/** One sealed file of 64 bytes many times over: each open and seal is done in full all the same. */
function fill(directory, count, sealed) {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory);
  for (let i = 0; i < count; i++) fs.writeFileSync(path.join(directory, `${i}.age`), sealed);
}

const rows = [];
try {
  const age = await which('age', { nothrow: true });
  const [ann, bob, cy] = ['ann', 'bob', 'cy'].map(keyOf);
  const sealed = spawnSync(
    valops[0],
    [valops[1], 'encrypt', '-r', ann.recipient, '-r', bob.recipient, '-r', cy.recipient],
    { input: 'k'.repeat(64) },
  ).stdout;
  fs.writeFileSync(at('to.txt'), `${ann.recipient}\n${cy.recipient}\n`);
  const files = at('files');
  for (const count of sizes) {
    const runs = [];
    for (let i = 0; i < (count >= 10_000 ? 1 : pairs); i++) {
      fill(files, count, sealed);
      const ours = await measure(
        [...valops, 'reseal', files, '--to', at('to.txt'), '-i', ann.file, '--removed', bob.file, '--yes'],
        { env: { VALOPS_HOME: at(`home-${count}-${i}`) } },
      );
      fill(files, count, sealed);
      const theirs =
        age === null ? { seconds: NaN } : await measure(['sh', '-c', loop, 'sh', files, ann.file, at('to.txt')]);
      runs.push({ ours, theirs });
    }
    const [ours, theirs] = [median(runs.map((run) => run.ours.seconds)), median(runs.map((run) => run.theirs.seconds))];
    const speed = (seconds) => `${Math.round(count / seconds)} files/s`;
    rows.push([
      ...[`${count} files`, `${ours.toFixed(2)} s`, speed(ours), `${theirs.toFixed(2)} s`, speed(theirs)],
      ...[(ours / theirs).toFixed(2), `${Math.round(Math.max(...runs.map((run) => run.ours.mib)))} MB`],
    ]);
  }
} finally {
  fs.removeSync(dir);
}

const table = [['reseal', 'valops', '', 'age in a loop', '', 'time ratio', 'peak memory'], ...rows];
const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
console.log(
  `Node ${process.version}, ${os.cpus().length} cores, files in ${base}, 3 recipients to 2, one key proven removed`,
);
for (const [index, row] of table.entries()) {
  const line = row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
  console.log(index === 0 ? chalk.bold(line) : line);
}
