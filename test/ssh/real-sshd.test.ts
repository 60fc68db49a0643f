import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSshdSettings, type SshdSettings } from '../../src/facts/sshd-settings.ts';
import { isWithin } from '../../src/policy/ssh/judge.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { planSsh } from '../../src/ssh/plan.ts';
import { snapshotOf, sshFilesOf, stockLogin } from '../support/ssh-case.ts';
import { makeKey, sshdProgram } from '../support/sshd.ts';

type Texts = Readonly<Record<string, string>>;

const main = '/etc/ssh/sshd_config';
const dropIns = '/etc/ssh/sshd_config.d';
const connections = ['ops', 'root', 'backup'].map(
  (user) => `user=${user},host=203.0.113.7,addr=203.0.113.7,laddr=192.0.2.10,lport=22`,
);

/** Lines that give away what the policy wants, and some that do not. */
const line = fc.constantFrom(
  'PasswordAuthentication yes',
  'PasswordAuthentication no',
  'passwordauthentication=yes',
  'PermitRootLogin yes',
  'PermitRootLogin prohibit-password',
  'X11Forwarding yes',
  'MaxAuthTries 2',
  'MaxAuthTries 20',
  'AllowTcpForwarding yes',
  'AllowTcpForwarding no',
  'AllowAgentForwarding yes',
  'GatewayPorts yes',
  'LogLevel QUIET',
  'LoginGraceTime 10m',
  'PermitEmptyPasswords yes',
  'PrintMotd no',
  '# PasswordAuthentication yes',
);
/** Not allowed inside of a Match block (sshd_config(5)). */
const isGlobalOnly = (text: string): boolean => /^(LoginGraceTime|PrintMotd)/i.test(text);
const condition = fc.constantFrom(
  'User backup',
  'User root',
  'Address 203.0.113.0/24',
  'all',
  'User ops,backup Address *',
);
const block = fc
  .tuple(condition, fc.array(line, { minLength: 1, maxLength: 3 }))
  .map(([head, lines]) =>
    [`Match ${head}`, ...lines.filter((text) => !isGlobalOnly(text)).map((text) => `  ${text}`)].join('\n'),
  );
const include = fc.constantFrom(`Include ${dropIns}/*.conf`, 'Include sshd_config.d/*.conf', '');
const file = fc
  .tuple(fc.array(line, { maxLength: 4 }), fc.array(block, { maxLength: 2 }))
  .map(([lines, blocks]) => `${[...lines, ...blocks].join('\n')}\n`);
const host = fc
  .record({
    before: fc.array(line, { maxLength: 3 }),
    include,
    after: file,
    others: fc.dictionary(fc.constantFrom('00-a', '10-x', '50-cloud-init', '99-z'), file, { maxKeys: 3 }),
  })
  .map(({ before, include: how, after, others }): Texts => {
    const entries = Object.entries(others).map(([name, text]) => [`${dropIns}/${name}.conf`, text] as const);
    return { [main]: [...before, how, after].join('\n'), ...Object.fromEntries(entries) };
  });

describe.runIf(sshdProgram !== undefined)('against a real sshd (which must be installed)', () => {
  let directory = '';
  let runs = 0;

  beforeAll(() => {
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    directory = mkdtempSync(join(tmpdir(), 'valops-ssh-plan-'));
    makeKey(directory, 'host');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('whatever files say, after the plan sshd does what the policy wants for every login, and nothing is left', () => {
    fc.assert(
      fc.property(host, (before) => {
        const policy = resolveSshPolicy({ override: {} });
        const first = plan(before);
        // conditions are all of a kind that can be repeated
        expect(first.refusals).toEqual([]);
        const after = { ...before, ...written(first) };
        const again = plan(after);
        expect(again.changes.map(({ diff }) => diff)).toEqual([]);
        for (const connection of connections) {
          const settings = ask(after, connection);
          const short = policy.settings.filter((setting) => !isWithin(setting, settings));
          expect(short.map(({ directive }) => directive)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  function plan(texts: Texts): ReturnType<typeof planSsh> {
    const settings = ask(texts);
    const facts = {
      'ssh.files': sshFilesOf(texts),
      'ssh.moduli': null,
      'ssh.effective-for-login': { connection: {}, settings: ask(texts, connections[0]) },
    };
    return planSsh(resolveSshPolicy({ override: {} }), snapshotOf({ effective: settings, facts }), stockLogin);
  }

  function written({ changes }: ReturnType<typeof planSsh>): Texts {
    const steps = changes.flatMap((change) => change.do);
    return Object.fromEntries(steps.flatMap((step) => (step.step === 'write' ? [[step.path, step.content]] : [])));
  }

  /** What sshd -T says of these files, put in a directory of their own. */
  function ask(texts: Texts, connection?: string): SshdSettings {
    const root = join(directory, String(runs++));
    for (const [path, text] of Object.entries(texts)) {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true });
      const moved = text.replaceAll('Include sshd_config.d/', `Include ${dropIns}/`);
      writeFileSync(place, moved.replaceAll('/etc/ssh/', `${root}/etc/ssh/`));
    }
    const specification = connection === undefined ? [] : ['-C', connection];
    const args = ['-T', ...specification, '-h', join(directory, 'host'), '-f', join(root, main)];
    return readSshdSettings(
      execFileSync(sshdProgram ?? '', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  }
});
