import { dirname, join } from 'node:path';
import { $, fs } from 'zx';
import { fromHub, key } from '../trials/host.mjs';
import { run } from './operator.mjs';

const quiet = $({ quiet: true, nothrow: true });

/**
 * Lynis of this machine's Debian, taken from its package without installing it: hosts have no network, and an
 * installed package would be a change of its own. Throws when it can neither be found nor fetched.
 */
export async function fetchLynis() {
  const dir = join(dirname(key), 'lynis');
  if (fs.existsSync(join(dir, 'run/lynis'))) return join(dir, 'run');
  fs.ensureDirSync(dir);
  const carried = () => fs.readdirSync(dir).find((name) => name.endsWith('.deb'));
  if (carried() === undefined) await $({ quiet: true, cwd: dir, nothrow: true })`apt-get download lynis`;
  const deb = carried();
  if (deb === undefined) throw new Error('lynis could not be fetched: apt-get download lynis');
  await $({ quiet: true, cwd: dir })`dpkg-deb -x ${deb} tree`;
  fs.ensureDirSync(join(dir, 'run'));
  fs.copySync(join(dir, 'tree/usr/share/lynis'), join(dir, 'run'));
  fs.copySync(join(dir, 'tree/usr/sbin/lynis'), join(dir, 'run/lynis'));
  fs.copySync(join(dir, 'tree/etc/lynis/default.prf'), join(dir, 'run/default.prf'));
  fs.copySync(join(dir, 'tree/etc/lynis/plugins'), join(dir, 'run/plugins'));
  return join(dir, 'run');
}

/** Puts Lynis where a reboot forgets it. It asks for a name server and waits for answers otherwise. */
export async function carryLynis(host) {
  const from = await fetchLynis();
  const packed = join(dirname(key), 'disks', String(host.n), 'root/root/lynis.tar');
  await quiet`tar -C ${from} --owner=0 --group=0 -cf ${packed} .`;
  await host.console('mkdir -p /run/lynis && tar -C /run/lynis -xf /root/lynis.tar && rm /root/lynis.tar');
}

export const lynisWords =
  'cd /run/lynis && ./lynis audit system --quick --no-colors --quiet --profile default.prf --logfile /run/lynis/log --report-file /run/lynis/report </dev/null >/dev/null 2>&1';

/** What Lynis warns of and suggests: one line each, without its dates. */
export async function askLynis(host) {
  const out = await host.console(`${lynisWords}; grep -aE '^(warning|suggestion)\\[\\]=' /run/lynis/report | sort`, {
    timeout: 600_000,
  });
  const lines = out.split('\n').filter(Boolean);
  if (lines.length === 0) throw new Error(`lynis said nothing: ${await host.console('tail -n 3 /run/lynis/log')}`);
  return lines;
}

/** What ssh-audit fails or warns of, as seen from the hub. */
export async function askSshAudit(host) {
  // it connects a dozen times, and the firewall bounds logins per minute
  await host.console('nft flush set inet valops ssh4 2>/dev/null || true');
  const ran = await run([...fromHub, 'ssh-audit', '-b', '-l', 'warn', '-n', '-t', '10', host.address]);
  if (ran.code === null || ran.code === 1) throw new Error(`ssh-audit ended with ${ran.code}: ${ran.out} ${ran.err}`);
  return ran.out
    .split('\n')
    .filter((line) => /\[(fail|warn)\]/.test(line))
    .map((line) => line.trim());
}

/** The peers that can be asked here, by name. */
export async function peersOf(words) {
  const known = { lynis: askLynis, 'ssh-audit': askSshAudit };
  const unknown = words.filter((word) => !(word in known));
  if (unknown.length > 0)
    throw new Error(`no such peer: ${unknown.join(', ')}; there are: ${Object.keys(known).join(', ')}`);
  if (words.includes('ssh-audit') && (await quiet`which ssh-audit`).exitCode !== 0)
    throw new Error('ssh-audit is not installed: apt-get install ssh-audit');
  if (words.includes('lynis')) await fetchLynis();
  return words.map((name) => ({ name, ask: known[name] }));
}
