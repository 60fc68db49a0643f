// What the benchmarks share: two commands in turn, and the table of their ratios.
import { spawn } from 'node:child_process';
import { chalk, fs } from 'zx';

/** Runs a command to its end: wall and CPU are of the whole process, peak memory is VmHWM. */
export async function measure(command, { stdout = 'ignore', env = {} } = {}) {
  const started = process.hrtime.bigint();
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, ...env },
  });
  let peak = 0;
  const poll = setInterval(() => {
    try {
      const status = fs.readFileSync(`/proc/${child.pid}/status`, 'latin1');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // it ended between two looks
    }
  }, 5);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(poll);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, mib: peak / 1024 };
}

/** The one in the middle; of an even count the upper. */
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Two commands in turn; `before` puts things right for the next run. */
export async function compare(ours, theirs, count, before = () => {}) {
  const runs = [];
  for (let i = -1; i < count; i++) {
    before();
    const a = await measure(ours);
    before();
    const b = await measure(theirs);
    if (i >= 0) runs.push({ a, b }); // the first pair warms the caches
  }
  return {
    ours: median(runs.map(({ a }) => a.seconds)),
    theirs: median(runs.map(({ b }) => b.seconds)),
    ratio: median(runs.map(({ a, b }) => a.seconds / b.seconds)),
    mib: Math.max(...runs.map(({ a }) => a.mib)),
  };
}

/** Rows: what, peer, our pace, its pace, time ratio, highest ratio wanted, our peak memory. */
export function printTable(title, rows) {
  const header = ['what', 'peer', 'valops', 'peer', 'time ratio', 'at most', 'peak memory'];
  const table = [
    header,
    ...rows.map(([what, peer, ours, theirs, ratio, most, memory]) => [
      what,
      peer,
      ours,
      theirs,
      ratio.toFixed(2),
      most.toFixed(2),
      memory,
    ]),
  ];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  console.log(title);
  for (const [index, row] of table.entries()) {
    const line = row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
    const late = index > 0 && rows[index - 1][4] > rows[index - 1][5];
    console.log(index === 0 ? chalk.bold(line) : late ? chalk.yellow(`${line}  above the mark`) : line);
  }
}
