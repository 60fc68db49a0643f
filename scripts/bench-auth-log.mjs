#!/usr/bin/env zx
// Access-log review of a large auth.log against the plain way, in the same run: seconds, MB/s and peak memory of all
// processes of each, as they stand and as ratios. The program is the one that runs on hosts.
//
//   node scripts/bench-auth-log.mjs [--megabytes 1024] [--runs 3]
import { spawn } from 'node:child_process';
import { argv, fs, os, path } from 'zx';
import { median } from './bench-pairs.mjs';
import { loadSources } from './load-sources.mjs';

const megabytes = Number(argv.megabytes ?? 1024);
const runs = Number(argv.runs ?? 3);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'valops-auth-log-'));
const log = path.join(dir, 'auth.log');

/** The plain way with the two tools everybody knows: the same records, counted by what stands in fixed places. */
const plain = `grep -aE 'sshd(-session)?\\[[0-9]+\\]: (Accepted|Failed|Connection) ' "$1" | awk '{ n[$6 " " $9 " " $11]++ } END { for (k in n) print n[k], k }'`;

/** An exposed host's log: mostly refused passwords of many sources, cron sessions, a few logins. */
async function generate() {
  const out = fs.createWriteStream(log);
  const block = [];
  for (let n = 0; n < 20_000; n++) {
    const source = `${1 + (n % 211)}.${n % 199}.${(n * 7) % 251}.${(n * 13) % 253}`;
    const at = `Nov ${String(1 + Math.floor(n / 1000)).padStart(2)} ${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:07`;
    const record = (text) => block.push(`${at} val-1 sshd[${1000 + n}]: ${text}\n`);
    if (n % 50 === 0) {
      const key = `SHA256:${'abcdefgh'.repeat(6).slice(0, 43)}`;
      record(`Accepted publickey for ops from 192.0.2.${n % 8} port ${20_000 + n} ssh2: ED25519 ${key}`);
    } else if (n % 5 === 0)
      block.push(`${at} val-1 CRON[${n}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)\n`);
    else if (n % 3 === 0) record(`Failed password for root from ${source} port ${20_000 + n} ssh2`);
    else if (n % 3 === 1)
      record(`Failed password for invalid user admin${n % 97} from ${source} port ${20_000 + n} ssh2`);
    else record(`Connection closed by authenticating user root ${source} port ${20_000 + n} [preauth]`);
  }
  const bytes = Buffer.from(block.join(''));
  for (let written = 0; written < megabytes * 1e6; written += bytes.length)
    if (!out.write(bytes)) await new Promise((resolve) => out.once('drain', resolve));
  await new Promise((resolve) => out.end(resolve));
}

/** Peak resident bytes of every process of a group, each at its own high-water mark, summed. */
function watch(group) {
  const peaks = new Map();
  const timer = setInterval(() => {
    for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
        if (Number(stat[2]) !== group) continue;
        const high = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
        if (high !== null) peaks.set(pid, Number(high[1]) * 1024);
      } catch {
        // it ended meanwhile
      }
    }
  }, 50);
  return () => {
    clearInterval(timer);
    return [...peaks.values()].reduce((sum, one) => sum + one, 0);
  };
}

async function measure(script) {
  const started = process.hrtime.bigint();
  const child = spawn('sh', ['-c', script, 'sh', log], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const peak = watch(child.pid);
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(`it ended with ${status}`);
  return { seconds, peak: peak(), output: Buffer.concat(chunks).toString() };
}

try {
  await generate();
  const { loginFunctions } = await loadSources("export { loginFunctions } from './src/facts/login-records.ts';");
  const ways = { valops: `${loginFunctions}\nlogin_lines "$1" | login_count`, plain };
  const seen = { valops: [], plain: [] };
  for (let run = 0; run < runs; run++)
    for (const way of run % 2 === 0 ? ['valops', 'plain'] : ['plain', 'valops'])
      seen[way].push(await measure(ways[way]));
  const size = fs.statSync(log).size;
  console.log(`auth.log of ${(size / 1e6).toFixed(0)} MB, ${runs} runs each, medians`);
  const figures = Object.fromEntries(
    Object.entries(seen).map(([way, all]) => {
      const seconds = median(all.map((one) => one.seconds));
      return [way, { seconds, rate: size / 1e6 / seconds, peak: median(all.map((one) => one.peak)) / 1e6 }];
    }),
  );
  for (const [way, { seconds, rate, peak }] of Object.entries(figures))
    console.log(`${way.padEnd(8)} ${seconds.toFixed(2)} s  ${rate.toFixed(0)} MB/s  peak ${peak.toFixed(1)} MB`);
  const { valops, plain: other } = figures;
  console.log(
    `ratio    time ${(valops.seconds / other.seconds).toFixed(2)}, memory ${(valops.peak / other.peak).toFixed(2)} (below 1: less than plain)`,
  );
  const told = seen.valops[0].output;
  const accepted = [...told.matchAll(/^(\d+)\taccepted\t/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  console.log(`counted ${accepted} logins; ${told.split('\n').length} lines of output`);
} finally {
  fs.removeSync(dir);
}
