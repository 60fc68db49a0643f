#!/usr/bin/env zx
// Measures what DESIGN promises as ratios against peers in the same run: pairs in turn, medians.
//   npm run bench                 1 GiB, 5 pairs
//   npm run bench -- --mib 64 --pairs 3
// Peers: stock `age` in PATH, and a newer one named by VALOPS_TEST_AGE.
import { spawn } from 'node:child_process';
import { argv, fs, os, path, which } from 'zx';
import { compare, measure, printTable } from './bench-pairs.mjs';

const mebibytes = Number(argv.mib ?? 1024);
const pairs = Number(argv.pairs ?? 5);
const root = path.resolve(import.meta.dirname, '..');
const valops = [process.execPath, path.join(root, 'bin/valops.js')];
const base = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const dir = fs.mkdtempSync(path.join(base, 'valops-bench-'));
const at = (name) => path.join(dir, name);
process.env.VALOPS_HOME = at('home');

const rows = [];
const throughput = (seconds) => `${Math.round(mebibytes / seconds)} MiB/s`;

try {
  for (const args of [['--help'], ['identity', 'kinds']]) {
    const { ours, theirs, ratio } = await compare([...valops, ...args], [process.execPath, '-e', '0'], pairs * 4);
    const ms = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;
    rows.push([`valops ${args.join(' ')}`, 'node -e 0', ms(ours), ms(theirs), ratio, 1.5, '']);
  }

  const peers = [await which('age', { nothrow: true }), process.env.VALOPS_TEST_AGE].filter(Boolean);
  if (peers.length === 0) console.error('no age in PATH: throughput is not measured');
  fs.writeFileSync(at('plain'), '');
  const block = Buffer.alloc(1 << 20);
  const plain = fs.openSync(at('plain'), 'w');
  for (let i = 0; i < mebibytes; i++) {
    block.writeUInt32LE(i);
    fs.writeSync(plain, block);
  }
  fs.closeSync(plain);
  await measure([...valops, 'keys', 'init']);
  const recipient = fs.readFileSync(at('home/age/host-identity.pub'), 'utf8').trim();
  const key = at('home/age/host-identity.key');
  await measure([...valops, 'encrypt', '-r', recipient, '-o', at('sealed'), at('plain')]);
  const clear = () => fs.removeSync(at('out'));

  for (const age of peers) {
    const name = `age ${await versionOf(age)}`;
    const seal = await compare(
      [...valops, 'encrypt', '-r', recipient, '-o', at('out'), at('plain')],
      [age, '-r', recipient, '-o', at('out'), at('plain')],
      pairs,
      clear,
    );
    rows.push([
      `encrypt ${mebibytes} MiB`,
      name,
      throughput(seal.ours),
      throughput(seal.theirs),
      seal.ratio,
      1,
      `${Math.round(seal.mib)} MB`,
    ]);
    const open = await compare(
      [...valops, 'decrypt', '-i', key, '-o', at('out'), at('sealed')],
      [age, '-d', '-i', key, '-o', at('out'), at('sealed')],
      pairs,
      clear,
    );
    rows.push([
      `decrypt ${mebibytes} MiB`,
      name,
      throughput(open.ours),
      throughput(open.theirs),
      open.ratio,
      1,
      `${Math.round(open.mib)} MB`,
    ]);
  }
} finally {
  fs.removeSync(dir);
}

async function versionOf(age) {
  const child = spawn(age, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text.trim();
}

printTable(
  `Node ${process.version}, ${os.cpus().length} cores, files in ${base}, medians of ${pairs} pairs (start-up: ${pairs * 4})`,
  rows,
);
await import('./bench-sync.mjs');
