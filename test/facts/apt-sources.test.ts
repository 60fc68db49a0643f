import { describe, expect, test } from 'vitest';
import { readOneLineSources, readStanzaSources } from '../../src/facts/apt-sources.ts';

const list = '/etc/apt/sources.list.d/a.list';
const stanzas = '/etc/apt/sources.list.d/a.sources';

describe('the one-line format', () => {
  test('options, comments, several components; what is no source is told by its line', () => {
    const { sources, unreadable } = readOneLineSources(
      list,
      `# deb http://old.example bookworm main
deb [ arch=amd64 signed-by=/etc/apt/keyrings/a.asc,/etc/apt/keyrings/b.asc ] https://a.example/debian bookworm main contrib # why

deb-src [trusted=YES allow-insecure=yes] http://b.example ./
deb https://operator:hunter2@c.example/private stable main
debian http://d.example stable main
`,
    );
    expect(unreadable).toEqual([6]);
    expect(sources).toEqual([
      {
        file: list,
        line: 2,
        enabled: true,
        type: 'deb',
        uri: 'https://a.example/debian',
        suite: 'bookworm',
        components: ['main', 'contrib'],
        signedBy: ['/etc/apt/keyrings/a.asc', '/etc/apt/keyrings/b.asc'],
        options: { arch: 'amd64' },
      },
      expect.objectContaining({
        line: 4,
        type: 'deb-src',
        suite: './',
        options: { trusted: 'YES', 'allow-insecure': 'yes' },
      }),
      expect.objectContaining({ line: 5, uri: 'https://…@c.example/private' }),
    ]);
    expect(JSON.stringify(sources)).not.toContain('hunter2');
  });
});

describe('the deb822 format', () => {
  // as Ubuntu 24.04 ships it in ubuntu.sources
  test('every type, address and suite is a source of its own, at the line of its stanza', () => {
    const { sources, unreadable } = readStanzaSources(
      stanzas,
      `# a comment
Types: deb deb-src
URIs: http://archive.ubuntu.com/ubuntu/
Suites: noble noble-updates
Components: main universe
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
URIs: http://security.ubuntu.com/ubuntu/
Suites: noble-security
Components: main
Enabled: no
Trusted: yes
`,
    );
    expect(unreadable).toEqual([]);
    expect(sources.map(({ line, type, suite, enabled }) => [line, type, suite, enabled])).toEqual([
      [2, 'deb', 'noble', true],
      [2, 'deb', 'noble-updates', true],
      [2, 'deb-src', 'noble', true],
      [2, 'deb-src', 'noble-updates', true],
      [8, 'deb', 'noble-security', false],
    ]);
    expect(sources[0]?.signedBy).toEqual(['/usr/share/keyrings/ubuntu-archive-keyring.gpg']);
    expect(sources[4]?.options).toEqual({ trusted: 'yes' });
  });

  test('a key that stands in the file is told as such, not by its bytes', () => {
    const { sources } = readStanzaSources(
      stanzas,
      `Types: deb
URIs: https://a.example
Suites: stable
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY865UxYJKwYBBAHaRw8BAQdAd7Z0srwuhlB6JKFkcf4HU4SSS
 -----END PGP PUBLIC KEY BLOCK-----
`,
    );
    expect(sources).toMatchObject([{ signedBy: ['inline'], components: ['main'] }]);
  });

  test('a stanza without an address, and a line that is no field, are told', () => {
    expect(readStanzaSources(stanzas, 'Types: deb\nSuites: stable\n\nwhat is this\n').unreadable).toEqual([1, 4]);
  });
});
