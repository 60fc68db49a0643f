import { describe, expect, test } from 'vitest';
import { declarations } from '../../src/cli/sync-declarations.ts';
import { parseConfig } from '../../src/config/valops-yaml.ts';

const source = 'source: { type: https, url: https://example.org/x }';

function faults(text: string): string {
  try {
    parseConfig(text, 'valops.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it was taken as valid');
}

describe('binaries', () => {
  test('everything that may be declared', () => {
    const text = `
binaries:
  validator:
    version: 2.1.0
    platforms:
      linux-x64: {}
      linux-arm64: { arch: arm64, target: aarch64-linux }
    prefix: /srv/valops/
    source: { type: github, repository: example/validator, asset: 'validator-{target}.tar.gz', tokenFile: token }
    archive:
      members:
        - validator-{version}/validator
        - { path: 'validator-{version}/genesis.json', install: share/genesis.json }
        - { path: 'validator-{version}/ctl', install: sbin/ctl, mode: 0750 }
    verify:
      - { type: sha256sums, file: SHA256SUMS }
      - { type: openpgp, signatures: [{ file: SHA256SUMS.asc, over: SHA256SUMS }], keys: [keys.asc], signers: ['${'AB12 '.repeat(10).trim()}', '${'c'.repeat(40)}'] }
      - { type: sigstore, bundle: '{artifact}.sigstore.json', trustedRoot: root.json, signers: [{ identity: a@example.org, issuer: https://example.org }] }
      - { type: github-attestation, bundle: '{artifact}.jsonl', trustedRoot: root.json, signers: [{ repository: example/validator, workflow: '.github/workflows/release.yml@refs/tags/v{version}' }] }
    check: [bin/validator, --version]
    health: { run: [/usr/bin/curl, -fsS, http://127.0.0.1:8899/health], expect: ok, timeout: 5m }
    restart: { run: [/usr/bin/systemctl, restart, validator], timeout: 30 }
    minimum: 2.0.0
  plain: { version: '7', ${source} }
sync: { prefix: /opt/x, keep: 3 }
`;
    const [validator, plain] = declarations(parseConfig(text, 'valops.yaml'));
    expect(validator).toMatchObject({
      name: 'validator',
      version: '2.1.0',
      prefix: '/srv/valops',
      keep: 3,
      minimum: '2.0.0',
      platforms: [
        { id: 'linux-x64', os: 'linux', arch: 'x86_64', target: 'x86_64-unknown-linux-gnu' },
        { id: 'linux-arm64', os: 'linux', arch: 'arm64', target: 'aarch64-linux' },
      ],
      source: { tag: 'v{version}', api: 'https://api.github.com' },
      archive: {
        format: 'auto',
        members: [
          { path: 'validator-{version}/validator', install: 'bin/validator', mode: 0o755 },
          { path: 'validator-{version}/genesis.json', install: 'share/genesis.json', mode: 0o644 },
          { path: 'validator-{version}/ctl', install: 'sbin/ctl', mode: 0o750 },
        ],
      },
      check: { run: ['bin/validator', '--version'], timeout: 30_000 },
      health: { expect: 'ok', timeout: 300_000 },
      restart: { run: ['/usr/bin/systemctl', 'restart', 'validator'], timeout: 30_000 },
    });
    expect(validator?.verify.map((spec) => ('threshold' in spec ? spec.threshold : 0))).toEqual([0, 2, 1, 1]);
    expect(validator?.verify[1]).toMatchObject({ signers: ['AB12'.repeat(10), 'C'.repeat(40)] });
    expect(plain).toMatchObject({
      prefix: '/opt/x',
      platforms: [{ id: 'linux-x64' }],
      archive: { format: 'bare', members: [{ install: 'bin/plain', mode: 0o755 }] },
      verify: [],
    });
    const [nothing] = declarations(parseConfig(`binaries: { a: { version: '1', ${source} } }`, 'valops.yaml'));
    expect([nothing?.prefix, nothing?.keep]).toEqual(['/opt/valops', 5]);
    const [given] = declarations(parseConfig(text, 'valops.yaml'), '/elsewhere');
    expect(given?.prefix).toBe('/elsewhere');
  });

  test('a command may ask by JSON, and its mistyped placeholder is named', () => {
    const declared = (health: string): string =>
      `binaries: { plain: { version: '7', ${source}, health: [${health}] } }`;
    const json = `/usr/bin/curl, -d, '{"jsonrpc":"2.0","id":1,"method":"getHealth"}', 'http://127.0.0.1:8899'`;
    const [plain] = declarations(parseConfig(declared(json), 'valops.yaml'));
    expect(plain?.health?.run[2]).toBe('{"jsonrpc":"2.0","id":1,"method":"getHealth"}');
    expect(() => parseConfig(declared(`/bin/test, '{versoin}'`), 'valops.yaml')).toThrow('placeholder "{versoin}"');
  });

  test('a Sigstore bundle is made by a certificate that is named, or by a key', () => {
    const declared = (who: string): string =>
      `binaries: { plain: { version: '7', ${source}, verify: [{ type: sigstore, bundle: b.json, trustedRoot: root.json${who} }] } }`;
    const [plain] = declarations(parseConfig(declared(', key: key.pub'), 'valops.yaml'));
    expect(plain?.verify).toMatchObject([{ key: 'key.pub', signers: [], threshold: 1 }]);
    for (const who of ['', ', key: key.pub, signers: [{ identity: a@example.org, issuer: https://example.org }]']) {
      expect(() => parseConfig(declared(who), 'valops.yaml')).toThrow('expected either "signers" or "key"');
    }
  });

  test.each([
    [
      'an unknown placeholder',
      "{ version: '1', source: { type: https, url: 'https://e.org/{verion}' } }",
      'unknown placeholder',
    ],
    [
      '{artifact} where nothing is fetched yet',
      "{ version: '1', source: { type: https, url: 'https://e.org/{artifact}' } }",
      'unknown placeholder',
    ],
    [
      'an unknown source',
      "{ version: '1', source: { type: ftp, url: 'ftp://e.org/x' } }",
      'expected "github" or "https"',
    ],
    ['a mistyped member', `{ version: '1', ${source}, verfy: [] }`, 'did you mean "verify"?'],
    [
      'a mistyped member of a source',
      "{ version: '1', source: { type: https, urk: https://e.org/x } }",
      'did you mean "url"?',
    ],
    ['a version that leaves the directory', `{ version: ../1, ${source} }`, 'expected a version'],
    [
      'an install path that leaves the release',
      `{ version: '1', ${source}, archive: { members: [{ path: a, install: ../b }] } }`,
      'below the release',
    ],
    [
      'setuid',
      `{ version: '1', ${source}, archive: { members: [{ path: a, mode: '4755' }] } }`,
      'expected one of 0755',
    ],
    [
      'writable by others',
      `{ version: '1', ${source}, archive: { members: [{ path: a, mode: '0777' }] } }`,
      'expected one of 0755',
    ],
    [
      'octal of YAML 1.2, which arrives as another number',
      `{ version: '1', ${source}, archive: { members: [{ path: a, mode: 0o644 }] } }`,
      'in quotes',
    ],
    [
      'half a fingerprint',
      `{ version: '1', ${source}, verify: [{ type: openpgp, signatures: [a], keys: [b], signers: [0123456789ABCDEF] }] }`,
      'whole fingerprint',
    ],
    [
      'no signer',
      `{ version: '1', ${source}, verify: [{ type: signify, signature: a, signers: [] }] }`,
      'at least one',
    ],
    ['a relative prefix', `{ version: '1', prefix: opt, ${source} }`, 'begins with "/"'],
  ])('%s is refused', (_name, binary, message) => {
    expect(faults(`binaries:\n  a: ${binary}\n`)).toContain(message);
  });

  test.each(['pin', 'status', 'bin', '../a', '.a', ''])('a binary cannot be called "%s"', (name) => {
    expect(faults(`binaries: { '${name}': { version: '1', ${source} } }`)).toContain('binaries');
  });
});
