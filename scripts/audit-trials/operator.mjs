import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { $, fs } from 'zx';
import { fromHub, hub, key, operator } from '../trials/host.mjs';

const root = resolve(import.meta.dirname, '../..');
const quiet = $({ quiet: true });

/** Runs a command to its end: `{code, out, err, seconds}`; code null when it was cut off. */
export function run(words, { env = {}, cwd, timeout = 180_000 } = {}) {
  return new Promise((done) => {
    const started = process.hrtime.bigint();
    const [program, ...rest] = words;
    const options = { cwd, env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env }, timeout, killSignal: 'SIGKILL' };
    const child = spawn(program, rest, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', (error) => done({ code: 127, out, err: String(error), seconds: 0 }));
    child.on('close', (code) => done({ code, out, err, seconds: Number(process.hrtime.bigint() - started) / 1e9 }));
  });
}

/**
 * The operator of one host: a directory with their VALOPS_HOME, valops.yaml, offline key, sealed identity and
 * the release of the validator. The program is copied, since dist/ may be built anew while trials run.
 */
export class Operator {
  constructor(host) {
    this.host = host;
    this.name = `val-${host.n}`;
    this.dir = join(dirname(key), 'audit-trials', this.name);
    this.program = [process.execPath, join(this.dir, 'valops/bin/valops.js')];
    this.env = { HOME: this.dir, VALOPS_HOME: join(this.dir, 'home') };
  }

  at(...names) {
    return join(this.dir, ...names);
  }

  /** valops on this machine, in the hub's network. Throws unless it ends with one of `codes`. */
  async valops(words, { codes = [0], timeout } = {}) {
    const ran = await run([...fromHub, ...this.program, ...words], { env: this.env, cwd: this.dir, timeout });
    if (codes.includes(ran.code)) return ran;
    throw new Error(
      `valops ${words.join(' ')} ended with ${ran.code}: ${ran.err.trim()} ${ran.out.trim().slice(-600)}`,
    );
  }

  async prepare() {
    fs.emptyDirSync(this.dir);
    fs.chmodSync(this.dir, 0o700);
    const from = process.env.VALOPS_TRIALS_BIN === undefined ? root : resolve(process.env.VALOPS_TRIALS_BIN, '../..');
    for (const part of ['bin', 'dist']) fs.copySync(join(from, part), this.at('valops', part));
    await this.valops(['keys', 'init']);
  }

  /** valops.yaml as audits see it: everything that is declared of the host. */
  declare({ hostKey, more = {} }) {
    this.declared = {
      hosts: { [this.name]: { address: this.host.address, user: operator, key, hostKey } },
      ssh: { profile: 'validator', allowUsers: [operator] },
      firewall: {
        backend: 'nftables',
        management: [`${hub.replace(/\.\d+$/, '.0')}/24`],
        public: [{ port: 8001, proto: 'udp', name: 'gossip' }],
        local: [{ port: 8899, proto: 'tcp', name: 'rpc' }],
      },
      audit: {
        serviceUsers: ['validator'],
        loginSources: [`${hub.replace(/\.\d+$/, '.0')}/24`],
        units: ['validator.service'],
        keyPlaces: ['/var/lib/validator/identity.json'],
        waivers: [
          {
            check: 'services.open-files',
            subject: 'validator.service',
            reason: 'the machine of the trials allows its containers fewer',
            owner: 'trials',
            expires: `${new Date().getUTCFullYear() + 1}-12-31`,
          },
        ],
        rpc: {
          url: 'http://127.0.0.1:8899',
          network: 'solana',
          genesis: '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d',
        },
      },
      ...more,
    };
    this.declareAlso({});
  }

  /** Writes valops.yaml anew, with lists of `audit` made longer by those given: what a mutation needs to be declared. */
  declareAlso(lists) {
    const { audit } = this.declared;
    const longer = Object.entries(lists).map(([name, list]) => [name, [...(audit[name] ?? []), ...list]]);
    const declared = { ...this.declared, audit: { ...audit, ...Object.fromEntries(longer) } };
    fs.writeFileSync(this.at('valops.yaml'), JSON.stringify(declared, null, 1));
  }

  /** The reports of one run, every host asked in one round trip. */
  async audit(checklists, words = []) {
    const ran = await this.valops(['audit', 'run', ...checklists, '--host', this.name, '--json', ...words], {
      codes: [0, 3],
    });
    const document = JSON.parse(ran.out);
    // one report stands alone, several in a document of their own
    const reports = document.reports ?? [document];
    if (reports.length !== checklists.length)
      throw new Error(`${reports.length} reports of ${checklists.length}: ${ran.out.slice(0, 300)}`);
    return { reports, seconds: ran.seconds };
  }

  /** A release as a publisher would make it: archive, sums and a minisign signature. Answers the public key. */
  async publish(folder, version) {
    const release = this.at('release');
    fs.emptyDirSync(release);
    const artifact = `vald-${version}-linux-x64.tar.gz`;
    await quiet`tar -C ${folder} --owner=0 --group=0 -czf ${join(release, artifact)} bin lib`;
    const sums = `${createHash('sha256')
      .update(fs.readFileSync(join(release, artifact)))
      .digest('hex')}  ${artifact}\n`;
    fs.writeFileSync(join(release, 'SHA256SUMS'), sums);
    const signer = minisignKey();
    fs.writeFileSync(join(release, 'SHA256SUMS.minisig'), signer.sign(Buffer.from(sums)));
    return signer.publicKey;
  }
}

/** jedisct1.github.io/minisign, prehashed format. */
function minisignKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(raw).digest().subarray(0, 8);
  return {
    publicKey: Buffer.concat([Buffer.from('Ed'), id, raw]).toString('base64'),
    sign(bytes) {
      const signature = sign(null, createHash('blake2b512').update(bytes).digest(), privateKey);
      const comment = 'audit trials';
      const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), privateKey);
      const packed = Buffer.concat([Buffer.from('ED'), id, signature]).toString('base64');
      return `untrusted comment: trial\n${packed}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`;
    },
  };
}
