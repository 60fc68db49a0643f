import { createHash } from 'node:crypto';
import { inHub, key, operator } from './host.mjs';
import { openPort } from './scenes.mjs';

const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'ConnectTimeout=3'];
const words = options.flatMap((option) => ['-o', option]);

/** Whether a new login with the operator's key works, and sudo in it. Three tries: a reload refuses for a moment. */
export async function canLogIn(host, ports, tries = 3) {
  for (let n = 1; n <= tries; n++) {
    for (const port of ports) {
      const target = ['-p', String(port), `${operator}@${host.address}`];
      const run = await inHub(['ssh', ...words, '-i', key, '-o', 'IdentitiesOnly=yes', ...target, 'sudo -n true']);
      if (run.code === 0) return true;
    }
    if (n < tries) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return false;
}

// contents, types, modes and owners; rules without their counters; what is left of guard and canary
const consoleScript = `echo '== files'
set -- /etc /root /home /usr/local
find "$@" -path /etc/machine-id -prune -o -printf '%y %m %u:%g %p -> %l\\n' | LC_ALL=C sort
find "$@" -type f ! -path /etc/machine-id -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
echo '== rules'
nft list ruleset 2>/dev/null | sed -E 's/counter packets [0-9]+ bytes [0-9]+/counter/'
echo '== units'
for unit in ssh.service ssh.socket ufw.service nftables.service; do
  echo "unit $unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"
done
echo '== guard'
ls /var/lib/valops/guard/current 2>/dev/null | grep -E '^(armed|rolling-back|rolled-back|rollback-failed|confirmed|cancelled)[.]'
echo '== confirmed'
stat -c %.3Z /var/lib/valops/guard/current/confirmed.* 2>/dev/null
echo '== looks'
journalctl -q --no-pager -o short-unix _COMM=sudo 2>/dev/null | grep 'COMMAND=.*env -i' | cut -d ' ' -f 1
echo '== results'
grep -v '^ok' /var/lib/valops/guard/current/results 2>/dev/null
echo '== litter'
ls -d /run/valops* 2>/dev/null
systemctl list-units --all --no-legend --plain 'valops-guard*' | grep -v not-found | cut -d ' ' -f 1
find /etc /usr/local /root /home \\( -name '.valops-*' -o -name '*.valops-*' \\) -print
echo '== sshd'
sshd -T -C user=${operator},host=localhost,addr=127.0.0.1 2>/dev/null | LC_ALL=C sort`;

/** What the console and the wire show of a host. */
export async function lookAt(host, ports) {
  const said = await host.console(consoleScript);
  const part = (name) =>
    (said.split(`== ${name}\n`)[1] ?? '')
      .split(/^== /m)[0]
      .split('\n')
      .filter((line) => line !== '');
  const lines = [...part('files'), ...withoutIdle(part('rules')), ...part('units')];
  const wire = [];
  for (const port of ports) wire.push(...(await handshake(host, port)));
  wire.push(`port ${openPort} ${(await reaches(host, openPort)) ? 'open' : 'closed'}`);
  const [guard = 'none'] = part('guard').map((line) => line.replace(/\..*/, ''));
  return {
    lines: [...lines, ...wire],
    guard,
    results: part('results'),
    confirmedAt: Number(part('confirmed')[0] ?? 0) * 1000,
    looks: part('looks').map((seconds) => Number(seconds) * 1000),
    litter: part('litter'),
    sshd: part('sshd'),
  };
}

/**
 * The rules which decide something: a chain without rules that accepts does not, nor a jump to it.
 * ufw leaves a skeleton of such behind when it is disabled.
 */
function withoutIdle(listing) {
  let rules = listing.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  for (;;) {
    const idle = new Set();
    let table = '';
    for (const [at, line] of rules.entries()) {
      table = /^table (.*) \{$/.exec(line)?.[1] ?? table;
      const chain = /^chain (.*) \{$/.exec(line)?.[1];
      if (chain === undefined) continue;
      const body = rules.slice(at + 1, rules.indexOf('}', at));
      if (body.every((rule) => /^type .*policy accept;$/.test(rule))) idle.add(`${table} ${chain}`);
    }
    const kept = [];
    for (let at = 0; at < rules.length; at++) {
      const line = rules[at];
      table = /^table (.*) \{$/.exec(line)?.[1] ?? table;
      const chain = /^chain (.*) \{$/.exec(line)?.[1];
      if (chain !== undefined && idle.has(`${table} ${chain}`)) at = rules.indexOf('}', at);
      else if (/^table .* \{$/.test(line) && rules[at + 1] === '}') at++;
      else if (!/^counter (jump|goto) \S+$/.test(line) || !idle.has(`${table} ${line.split(' ')[2]}`)) kept.push(line);
    }
    if (kept.length === rules.length) return kept.map((line) => `rule ${line}`);
    rules = kept;
  }
}

/** What the sshd that serves offers to anybody: its algorithms and its ways to log in. */
async function handshake(host, port) {
  const target = ['-p', String(port), `${operator}@${host.address}`, 'true'];
  let err = '';
  // refused is an answer; silence within three seconds may be a loaded machine
  for (let tries = 0; tries < 3 && !/Permission denied|Connection refused/.test(err); tries++) {
    ({ err } = await inHub(['ssh', '-vv', ...words, '-o', 'PreferredAuthentications=none', ...target]));
  }
  const server = err.split('peer server KEXINIT proposal')[1]?.split('debug2: languages')[0] ?? '';
  const digest = createHash('sha256')
    .update([...server.matchAll(/debug2: (.*)/g)].map(([, line]) => line).join('\n'))
    .digest('hex')
    .slice(0, 12);
  const methods = /Permission denied \((.*)\)/.exec(err)?.[1];
  return [`sshd on ${port} ${methods === undefined ? 'does not answer' : `offers ${methods}, algorithms ${digest}`}`];
}

async function reaches(host, port) {
  return (await inHub(['timeout', '1', 'bash', '-c', `</dev/tcp/${host.address}/${port}`])).code === 0;
}

/**
 * When valops began to look at what it then confirmed, in milliseconds: the last script it ran as root
 * before the confirming one, as sudo logged it. What happens later it cannot see. Null when that is not known.
 */
export function lastLook({ looks, confirmedAt }) {
  return looks.filter((at) => at <= confirmedAt).at(-2) ?? null;
}

/** Copies that valops keeps beside a file: shown as litter, they decide nothing. */
const copies = /\.valops-old\b/;

/** Lines which one has and the other has not; `foreign` are patterns of what somebody else changed. */
export function differences(before, after, foreign) {
  const ignored = [copies, ...foreign];
  const kept = (lines) => lines.filter((line) => !ignored.some((pattern) => pattern.test(line)));
  const [a, b] = [kept(before.lines), kept(after.lines)];
  const [inA, inB] = [new Set(a), new Set(b)];
  return [
    ...a.filter((line) => !inB.has(line)).map((line) => `- ${line}`),
    ...b.filter((line) => !inA.has(line)).map((line) => `+ ${line}`),
  ];
}

/** What of the policy is not in force, as seen from outside and on the console; empty when all is. */
export function missing(trial, before, after) {
  const has = (pattern) => after.lines.some((line) => pattern.test(line));
  const set = (line) => after.sshd.includes(line);
  const wanted = [];
  if (trial.job !== 'firewall') {
    const port = trial.policy.ssh?.port ?? 22;
    const serving = after.lines.find((line) => line.startsWith(`sshd on ${port} offers`));
    wanted.push(['sshd serves', serving !== undefined]);
    // only this profile says something about passwords
    if (trial.policy.ssh?.profile === 'validator') {
      wanted.push(['keys only', serving?.includes(' offers publickey,') === true]);
      wanted.push(['passwordauthentication no', set('passwordauthentication no')]);
    }
    wanted.push(['other algorithms', !before.lines.includes(serving)]);
    wanted.push(['drop-in', has(/\/etc\/ssh\/sshd_config\.d\/00-valops\.conf/)]);
    for (const user of trial.policy.ssh?.allowUsers ?? [])
      wanted.push([`allowusers ${user}`, set(`allowusers ${user}`)]);
    for (const [name, value] of Object.entries(trial.policy.ssh?.override ?? {})) {
      const line = after.sshd.find((one) => one.startsWith(`${name.toLowerCase()} `));
      wanted.push([
        `${name} ${value}`,
        line !== undefined && line.toLowerCase().includes(String(value).toLowerCase().split(/[ ,]/)[0]),
      ]);
    }
  }
  if (trial.job !== 'ssh') {
    wanted.push(['other ports closed', has(new RegExp(`^port ${openPort} closed$`))]);
    if (trial.backend === 'ufw')
      wanted.push(['ufw at boot', has(/\/etc\/systemd\/system\/\S*wants\/ufw\.service|unit ufw\.service active/)]);
    else wanted.push(['table at boot', has(/valops\S*\.service/)]);
  }
  return wanted.filter(([, held]) => !held).map(([what]) => what);
}
