import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePins } from '../../src/sync/compare-pins.ts';
import { encodePinFile, parsePinFile, withPin } from '../../src/sync/pin-file.ts';
import type { Pin, PinFile, PinnedBinary } from '../../src/sync/pin.ts';

const hex = (digit: string): string => digit.repeat(64);

function pin(sha256: string, signers: readonly string[] = ['A', 'B']): Pin {
  return {
    url: 'https://example.org/x.tar.gz',
    artifact: 'x.tar.gz',
    size: 10,
    sha256,
    files: { 'bin/x': { sha256: hex('1'), size: 5, mode: '0755' } },
    verified: [{ type: 'openpgp', signers, threshold: 1 }],
    evidence: { 'x.asc': { url: 'https://example.org/x.asc', sha256: hex('2'), size: 3 } },
  };
}

function binary(version: string, sha256: string, signers?: readonly string[]): PinnedBinary {
  return {
    version,
    pinnedAt: '2026-01-01T00:00:00.000Z',
    pinnedBy: 'ops@desk',
    tool: 'valops 0.1.0',
    unsafeFirstUse: false,
    platforms: { 'linux-x64': pin(sha256, signers) },
  };
}

const pins: PinFile = { schema: 'valops/lock/1', binaries: { x: binary('1.0.0', hex('a')) } };
const text = new TextDecoder().decode(encodePinFile(pins));
const parse = (changed: string): PinFile => parsePinFile(new TextEncoder().encode(changed), 'valops.lock');

describe('valops.lock', () => {
  test('what is written is read again, sorted, with two spaces', () => {
    expect(parse(text)).toEqual(pins);
    expect(text.startsWith('{\n  "binaries": {\n    "x": {\n      "pinnedAt"')).toBe(true);
    const two = withPin(pins, 'a', binary('2', hex('b')));
    expect(Object.keys(parse(new TextDecoder().decode(encodePinFile(two))).binaries)).toEqual(['a', 'x']);
    expect(two.binaries['x']).toEqual(pins.binaries['x']);
  });

  test.each([
    ['a member twice', text.replace('"size": 10', '"size": 11,\n          "size": 10'), 'line'],
    ['an unknown member', text.replace('"size": 10', '"size": 10,\n          "trusted": true'), 'unknown "trusted"'],
    ['a digest that is none', text.replace(hex('a'), hex('g')), 'sha256: expected 64 hex digits'],
    ['a file that leaves the release', text.replace('"bin/x"', '"../x"'), 'below the release'],
    ['an artifact with directories', text.replace('"x.tar.gz"', '"a/x.tar.gz"'), 'without directories'],
    ['a conflict of Git', text.replace('  "binaries"', '<<<<<<< ours\n  "binaries"'), 'JSON'],
    ['tabs', text.replace('  "binaries"', '\t"binaries"'), 'line 2'],
    ['escapes', text.replace('"ops@desk"', '"\\u006fps@desk"'), 'line 5'],
    ['no line end', text.trimEnd(), 'line'],
    ['more after the end', `${text}\n`, 'line'],
    ['a byte order mark', `\ufeff${text}`, 'JSON'],
    ['another schema', text.replace('valops/lock/1', 'valops/lock/2'), 'schema'],
  ])('%s is refused', (_name, changed, message) => {
    expect(changed).not.toBe(text);
    expect(() => parse(changed)).toThrow(expect.objectContaining({ code: 'SYNC_LOCK_INVALID' }));
    expect(() => parse(changed)).toThrow(message);
  });

  test('any byte changed is refused, or means exactly what it says', () => {
    const bytes = encodePinFile(pins);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        try {
          expect(encodePinFile(parsePinFile(changed, 'valops.lock'))).toEqual(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SYNC_LOCK_INVALID' });
        }
      }),
    );
  });
});

describe('what a new pin changes', () => {
  test('the same bytes: nothing', () => {
    expect(comparePins(binary('1.0.0', hex('a')), binary('1.0.0', hex('a')))).toEqual({ changes: [], warnings: [] });
  });
  test('the same artifact of which other files are installed, or which others prove: said, as the lock changes', () => {
    const [present, proposed] = [binary('1.0.0', hex('a')), binary('1.0.0', hex('a'))];
    const [first] = Object.entries(proposed.platforms);
    if (first === undefined) throw new Error('there is a platform');
    const [id, pin] = first;
    const comparedTo = (changes: Partial<Pin>): readonly string[] =>
      comparePins(present, { ...proposed, platforms: { ...proposed.platforms, [id]: { ...pin, ...changes } } }).changes;
    const one = { sha256: hex('c'), size: 1 };
    expect(comparedTo({ files: { ...pin.files, 'bin/more': { ...one, mode: '0755' } } })).toEqual([
      `${id}: installs other files of the same artifact`,
    ]);
    expect(comparedTo({ evidence: { ...pin.evidence, 'more.asc': { ...one, url: 'https://x/more.asc' } } })).toEqual([
      `${id}: other files prove the same artifact`,
    ]);
  });
  test('a downgrade and a signer who is gone are said', () => {
    const { changes, warnings } = comparePins(binary('1.10.0', hex('a')), binary('1.9.0', hex('b'), ['A']));
    expect(changes.join('\n')).toMatch(/1\.10\.0 becomes 1\.9\.0[^]*no longer signed by B/);
    expect(warnings.join()).toContain('downgrade');
  });
  test('other bytes under the same version are a warning', () => {
    expect(comparePins(binary('1', hex('a')), binary('1', hex('b'))).warnings.join()).toContain(
      'changed the bytes of 1',
    );
  });
});
