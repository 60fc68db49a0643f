import { dirname, join } from 'node:path';
import { fs } from 'zx';
import { key } from '../trials/host.mjs';
import { run } from './operator.mjs';

const sources = join(import.meta.dirname, 'clean-host');
const version = '2.3.1';

/** Root of a host's file system, as this machine sees it. */
const rootOf = (host) => join(dirname(key), 'disks', String(host.n), 'root');

/** What an operator does by hand or by their own tools; nothing of it is about valops. */
const byHand = `groupadd --system validator
useradd --system -g validator -d /var/lib/validator -s /usr/sbin/nologin validator
passwd -l root >/dev/null
install -d -m 2755 -g systemd-journal /var/log/journal
install -d /etc/systemd/journald.conf.d /etc/systemd/coredump.conf.d /etc/security/limits.d
printf '[Journal]\\nStorage=persistent\\nSystemMaxUse=200M\\n' >/etc/systemd/journald.conf.d/validator.conf
printf '[Coredump]\\nStorage=none\\nProcessSizeMax=0\\n' >/etc/systemd/coredump.conf.d/none.conf
printf '* hard core 0\\n' >/etc/security/limits.d/no-core.conf
systemctl restart systemd-journald
journalctl --flush
install -d /etc/apt/apt.conf.d
printf 'APT::Periodic::Update-Package-Lists "0";\\nAPT::Periodic::Unattended-Upgrade "0";\\n' >/etc/apt/apt.conf.d/20auto-upgrades
systemctl disable --now unattended-upgrades.service >/dev/null 2>&1 || true
chmod 0600 /etc/ssh/sshd_config
# as "apt-get update" leaves it, for which a host of the trials has no network
security=/var/lib/apt/lists/security.debian.org_dists_bookworm-security
touch "$security"_InRelease
printf 'Package: tzdata\\nVersion: 2000a-1\\n\\n' >"$security"_main_binary-amd64_Packages
`;

/** Kernel settings of a validator host; a container's own copies hold them (its machine's are not touched). */
const kernel = {
  'kernel.kptr_restrict': 2,
  'kernel.dmesg_restrict': 1,
  'kernel.unprivileged_bpf_disabled': 1,
  'kernel.yama.ptrace_scope': 1,
  'kernel.perf_event_paranoid': 3,
  'kernel.randomize_va_space': 2,
  'kernel.kexec_load_disabled': 1,
  'kernel.sysrq': 0,
  'kernel.core_pattern': '|/bin/false',
  'fs.protected_fifos': 2,
  'fs.protected_regular': 2,
  'fs.protected_hardlinks': 1,
  'fs.protected_symlinks': 1,
  'fs.suid_dumpable': 0,
  'fs.file-max': 9223372036854775807n,
  'fs.nr_open': 1048576,
  'vm.max_map_count': 1000000,
  'vm.swappiness': 1,
  'net.core.bpf_jit_harden': 2,
  'net.ipv4.conf.all.accept_redirects': 0,
  'net.ipv4.conf.default.accept_redirects': 0,
  'net.ipv4.conf.all.secure_redirects': 0,
  'net.ipv4.conf.default.secure_redirects': 0,
  'net.ipv4.conf.all.send_redirects': 0,
  'net.ipv4.conf.default.send_redirects': 0,
  'net.ipv4.conf.all.accept_source_route': 0,
  'net.ipv4.conf.default.accept_source_route': 0,
  'net.ipv4.conf.all.rp_filter': 1,
  'net.ipv4.conf.default.rp_filter': 1,
  'net.ipv4.conf.all.log_martians': 1,
  'net.ipv4.conf.default.log_martians': 1,
  'net.ipv4.conf.eth0.accept_redirects': 0,
  'net.ipv4.conf.eth0.send_redirects': 0,
  'net.ipv4.conf.eth0.secure_redirects': 0,
  'net.ipv4.conf.eth0.rp_filter': 1,
  'net.ipv4.ip_forward': 0,
  'net.ipv4.tcp_syncookies': 1,
  'net.ipv4.icmp_echo_ignore_broadcasts': 1,
  'net.ipv4.icmp_ignore_bogus_error_responses': 1,
  'net.ipv6.conf.all.accept_redirects': 0,
  'net.ipv6.conf.default.accept_redirects': 0,
  'net.ipv6.conf.eth0.accept_redirects': 0,
  'net.ipv6.conf.all.accept_source_route': 0,
  'net.ipv6.conf.default.accept_source_route': 0,
  'net.ipv6.conf.all.accept_ra': 0,
  'net.ipv6.conf.default.accept_ra': 0,
  'net.ipv6.conf.eth0.accept_ra': 0,
  'net.ipv6.conf.all.forwarding': 0,
  'net.core.rmem_max': 134217728,
  'net.core.rmem_default': 134217728,
  'net.core.wmem_max': 134217728,
  'net.core.wmem_default': 134217728,
};

/**
 * /proc/sys/{kernel,fs,vm} are the machine's and read-only in a container: private copies take their place. What
 * is written there is stored, not applied. Only files are copied that can be read at once.
 */
export const simulatedKernel = `mountpoint -q /run/simulated || {
mkdir -p /run/simulated
mount -t tmpfs -o mode=755 tmpfs /run/simulated
for d in kernel fs vm; do
  cp -r /proc/sys/$d /run/simulated/ 2>/dev/null || true
  mount --bind /run/simulated/$d /proc/sys/$d
done
}`;

function sysctls() {
  const lines = Object.entries(kernel).map(([name, value]) => `${name} = ${value}`);
  const set = Object.entries(kernel).map(([name, value]) => {
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    // the copies of kernel, fs and vm hold what the machine lacks, too; net is the host's own
    return name.startsWith('net.')
      ? `[ ! -e ${path} ] || echo '${value}' >${path} 2>/dev/null || true`
      : `mkdir -p ${dirname(path)}; echo '${value}' >${path}`;
  });
  return `cat >/etc/sysctl.d/90-validator.conf <<'END'\n${lines.join('\n')}\nEND\n${set.join('\n')}\n`;
}

/**
 * Brings a fresh host into the state that a good operator leaves: hardened by valops over SSH, a sandboxed
 * validator from a pinned release, its identity restored from a sealed file, backup, drill, and everything
 * signed off. `say` hears what is done.
 */
export async function makeCleanHost(host, operator, say = () => {}) {
  const root = rootOf(host);
  say('fresh host');
  await host.fresh();
  await operator.prepare();
  const hostKey = (await must(host, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1];
  operator.declare({ hostKey });

  say('by hand');
  await must(host, byHand);
  await must(host, simulatedKernel);
  await must(host, sysctls());
  fs.copySync(operator.at('valops'), join(root, 'usr/local/lib/valops'));
  fs.copySync(process.execPath, join(root, 'usr/local/bin/node'));
  await must(host, carried);

  say('harden over SSH');
  await operator.valops(['harden', '--host', operator.name, '--yes']);

  say('keys and identity');
  await must(host, 'valops keys init >/dev/null');
  const recipients = [await must(host, 'valops keys show'), (await operator.valops(['keys', 'show'])).out.trim()];
  await seal(operator, recipients);
  await must(host, 'install -d -m 755 /etc/validator; install -d -m 700 -o validator -g validator /var/lib/validator');
  for (const name of ['sealed.age', 'card.json']) fs.copySync(operator.at(name), join(root, 'root', name));
  const { publicId } = fs.readJsonSync(operator.at('card.json'));
  await must(host, placeIdentity(publicId));

  say('pinned release');
  fs.emptyDirSync(operator.at('parts/bin'));
  fs.emptyDirSync(operator.at('parts/lib'));
  // a program of its own that /proc tells from all others, which any Debian has: its Python under another name
  fs.copySync(join(root, 'usr/bin', fs.readlinkSync(join(root, 'usr/bin/python3'))), operator.at('parts/bin/vald'));
  fs.copySync(join(sources, 'validator.py'), operator.at('parts/lib/validator.py'));
  const signer = await operator.publish(operator.at('parts'), version);
  fs.copySync(operator.at('release'), join(root, 'srv/releases'));
  fs.writeFileSync(join(root, 'etc/validator/valops.yaml'), JSON.stringify(onHost(signer, recipients), null, 1));
  fs.copySync(join(sources, 'validator.service'), join(root, 'etc/systemd/system/validator.service'));
  await must(host, installed);
  fs.copySync(join(root, 'etc/validator/valops.lock'), operator.at('valops.lock'));
  operator.declare({ hostKey, more: { binaries: onHost(signer, recipients).binaries } });

  say('backup and drill');
  fs.copySync(operator.at('home/age/host-identity.key'), join(root, 'root/offline.key'));
  await must(host, drilled);

  say('signed off');
  const items = JSON.parse((await operator.valops(['audit', 'list', '--json'])).out);
  for (const { id } of manualItems(items))
    await operator.valops(['audit', 'attest', id, '--note', 'done for the trials', '--yes']);
  if ((await operator.valops(['audit', 'baseline', '--help'], { codes: [0, 1, 2] })).out.includes('accept'))
    await operator.valops(['audit', 'baseline', 'accept', '--host', operator.name, '--yes']);
}

const carried = `chown -R root:root /usr/local/lib/valops /usr/local/bin/node
chmod -R u=rwX,go=rX /usr/local/lib/valops
chmod 755 /usr/local/bin/node
ln -s ../lib/valops/bin/valops.js /usr/local/bin/valops
valops --version`;

const placeIdentity = (publicId) => `cd /root
valops identity restore sealed.age --card card.json -i .valops/age/host-identity.key \\
  --to /var/lib/validator/identity.json --owner validator:validator --mode 0400 --yes
# the sealed original lies elsewhere: beside the key that opens it it would be no more than a copy
rm sealed.age
install -d -m 700 .valops/cards
mv card.json .valops/cards/card.json
chmod 600 .valops/cards/card.json
echo ${publicId} >/etc/validator/identity.pub`;

const installed = `cd /etc/validator
chown -R root:root /srv/releases /etc/validator /etc/systemd/system/validator.service
chmod -R u=rwX,go=rX /srv/releases /etc/validator
valops sync pin vald --yes
valops sync --yes
systemctl daemon-reload
systemctl enable --now validator.service
for n in 1 2 3 4 5 6 7 8 9 10; do ss -ltn | grep -q 127.0.0.1:8899 && break; sleep 0.3; done
ss -ltn | grep -q 127.0.0.1:8899`;

// a medium of its own: a copy on the same disk is lost with it
const drilled = `install -d -m 700 /srv/backups
mount -t tmpfs -o mode=700,size=64m,nosuid,nodev,noexec tmpfs /srv/backups
install -m 600 /root/offline.key /dev/shm/offline.key
rm /root/offline.key
cd /etc/validator
valops backup create
valops backup drill -i /dev/shm/offline.key
rm /dev/shm/offline.key
valops backup status`;

function onHost(signer, [host, offline]) {
  return {
    binaries: {
      vald: {
        version,
        source: { type: 'directory', path: '/srv/releases', file: 'vald-{version}-linux-x64.tar.gz' },
        archive: { members: ['bin/vald', { path: 'lib/validator.py', install: 'lib/validator.py', mode: '0644' }] },
        verify: [
          { type: 'sha256sums', file: 'SHA256SUMS' },
          { type: 'minisign', signature: 'SHA256SUMS.minisig', over: 'SHA256SUMS', signers: [signer] },
        ],
        check: { run: ['bin/vald', '--version'], expect: 'Python 3' },
      },
    },
    backup: {
      identities: [
        { kind: 'solana', place: '/var/lib/validator/identity.json', card: '/root/.valops/cards/card.json' },
      ],
      include: ['/etc/systemd/system/validator.service'],
      recipients: { host: [host], offline: [offline] },
      to: ['/srv/backups'],
      drill: { classes: ['offline'], every: '35d' },
    },
  };
}

/** A ceremony in small: no network, sealed at birth. */
async function seal(operator, recipients) {
  const to = recipients.flatMap((one) => ['-r', one]);
  const words = ['identity', 'generate', '--kind', 'solana', ...to, '--out', 'sealed.age', '--card', 'card.json'];
  const ran = await run(['unshare', '--net', ...operator.program, ...words], { env: operator.env, cwd: operator.dir });
  if (ran.code !== 0) throw new Error(`identity generate ended with ${ran.code}: ${ran.err}`);
}

function manualItems(listed) {
  const all = new Map();
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') {
      if (typeof value.id === 'string' && value.id.startsWith('manual.')) all.set(value.id, value);
      Object.values(value).forEach(walk);
    }
  };
  walk(listed);
  return all.values();
}

/** Runs a script on a host's console, and throws with what it said when a command of it fails. */
export async function must(host, script) {
  const mark = `done-${Math.random().toString(36).slice(2)}`;
  const out = await host.console(`set -e\n${script}\necho ${mark}`, { timeout: 120_000 });
  if (!out.includes(mark)) throw new Error(`host ${host.n}: ${script.slice(0, 60)}…: ${out.trim().slice(-800)}`);
  return out.slice(0, out.lastIndexOf(mark)).trim();
}
