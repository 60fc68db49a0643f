// Measures `valops sync` against what an operator would type: the same bytes, in turn, in one run.
//   npm run bench                 with everything else
//   node scripts/bench-sync.mjs --mib 64 --pairs 3
// A release store lies in directories that nobody else can write, hence below the home directory, on its disk.
import { spawn } from 'node:child_process';
import { argv, fs, os, path } from 'zx';
import { compare, measure, printTable } from './bench-pairs.mjs';

const mebibytes = Number(argv.mib ?? 1024);
const pairs = Number(argv.pairs ?? 3);
const root = path.resolve(import.meta.dirname, '..');
const dir = fs.mkdtempSync(path.join(os.homedir(), '.valops-bench-'));
const at = (name) => path.join(dir, name);
const shell = (line) => ['sh', '-c', line];
const valops = (line) => [process.execPath, path.join(root, 'bin/valops.js'), ...line.split(' ')];
process.chdir(dir);
process.env.VALOPS_HOME = at('home');
const throughput = (seconds) => `${Math.round(mebibytes / seconds)} MiB/s`;

/** A release of one program of the wanted size: copies of this Node, which pack as programs do. */
function plantRelease() {
  const program = fs.readFileSync(process.execPath);
  const file = fs.openSync(at('tool'), 'w', 0o755);
  let left = mebibytes * 1024 * 1024;
  while (left > 0) left -= fs.writeSync(file, program, 0, Math.min(left, program.length));
  fs.closeSync(file);
}

function declare(artifact, source) {
  const platform = process.arch === 'x64' ? 'linux-x64' : 'linux-arm64';
  fs.writeFileSync(
    at('valops.yaml'),
    `binaries:
  tool:
    version: 1.0.0
    platforms: [${platform}]
    source: ${source}
    archive: { members: [{ path: tool, install: bin/tool }] }
    verify: [{ type: sha256sums, file: ${artifact}.sha256 }]
sync: { prefix: ${at('opt')} }
`,
  );
}

/** A server in a process of its own, as a publisher's is. */
async function serve() {
  const server = spawn(
    process.execPath,
    [
      '-e',
      `require('node:http').createServer((request, response) => {
        const name = require('node:path').join(process.argv[1], request.url);
        response.setHeader('content-length', require('node:fs').statSync(name).size);
        response.setHeader('content-type', 'application/octet-stream');
        require('node:fs').createReadStream(name).pipe(response);
      }).listen(0, '127.0.0.1', function () { console.log(this.address().port); })`,
      at('mirror'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = await new Promise((resolve) => server.stdout.once('data', (data) => resolve(String(data).trim())));
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

const rows = [];
const add = (what, peer, { ours, theirs, ratio, mib }) =>
  rows.push([what, peer, throughput(ours), throughput(theirs), ratio, 2, `${Math.round(mib)} MB`]);

fs.ensureDirSync(at('mirror'));
fs.mkdirSync(at('home'), { mode: 0o700 });
plantRelease();
const server = await serve();
try {
  for (const [suffix, pack] of [
    ['tar', 'tar -cf'],
    ['tar.gz', 'tar -I "gzip -1" -cf'],
  ]) {
    const artifact = `tool.${suffix}`;
    await measure(shell(`${pack} mirror/${artifact} tool && cd mirror && sha256sum ${artifact} > ${artifact}.sha256`));
    declare(artifact, `{ type: directory, path: ${at('mirror')}, file: ${artifact} }`);
    fs.removeSync(at('valops.lock'));
    await measure(valops('sync pin tool --yes --unsafe-first-use'));
    const clear = () => ['opt', 'out', 'home/downloads'].forEach((name) => fs.removeSync(at(name)));
    add(
      `sync ${suffix}, ${mebibytes} MiB`,
      'cp, sha256sum, tar, install',
      await compare(
        valops('sync tool --yes'),
        shell(
          `mkdir out && cp mirror/${artifact}* out && cd out && sha256sum --quiet -c ${artifact}.sha256 && tar -xf ${artifact} && install -m 755 tool bin && sync bin`,
        ),
        pairs,
        clear,
      ),
    );
  }
  await measure(valops('sync tool --yes'));
  add(
    `sync verify, ${mebibytes} MiB`,
    'sha256sum',
    await compare(valops('sync verify'), shell('sha256sum opt/tool/current/bin/tool'), pairs),
  );

  declare('tool.tar', `{ type: https, url: '${server.origin}/tool.tar' }`);
  fs.removeSync(at('valops.lock'));
  await measure(valops('sync pin tool --yes --unsafe-first-use --unsafe-http'));
  add(
    `sync fetch, ${mebibytes} MiB`,
    'curl | sha256sum',
    await compare(
      valops('sync fetch tool --unsafe-http'),
      shell(`curl -sf ${server.origin}/tool.tar | tee out | sha256sum`),
      pairs,
      () => ['out', 'home/downloads'].forEach((name) => fs.removeSync(at(name))),
    ),
  );
} finally {
  server.stop();
  process.chdir(root);
  fs.removeSync(dir);
}
printTable(
  `valops sync: Node ${process.version}, ${os.cpus().length} cores, files in ${os.homedir()}, medians of ${pairs} pairs`,
  rows,
);
