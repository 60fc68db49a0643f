import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDebianVersions } from '../../src/facts/debian-version.ts';

const hasDpkg = spawnSync('dpkg', ['--version']).error === undefined;
const piece = fc.constantFrom('0', '1', '9', '10', '~', '+', '.', 'a', 'rc', 'deb', 'u', '-', '01');
const version = fc
  .tuple(fc.constantFrom('', '0:', '1:'), fc.array(piece, { maxLength: 6 }))
  .map(([epoch, pieces]) => `${epoch}1${pieces.join('')}`)
  .filter((text) => !text.endsWith('-'));

describe('order of versions', () => {
  test('as in deb-version(7)', () => {
    const order = ['1.0~beta1~svn1245', '1.0~beta1', '1.0', '1.0-1', '1.0-1+deb12u1', '1.0-1+deb12u10', '1.1', '1:0.1'];
    const shuffled = order.toSorted().toSorted(compareDebianVersions);
    expect(shuffled).toEqual(order);
  });

  test.runIf(hasDpkg)('as dpkg sorts (where it is installed)', () => {
    const pairs = fc.sample(fc.tuple(version, version), 80);
    const script = pairs
      .map(
        ([a, b]) =>
          `if dpkg --compare-versions '${a}' lt '${b}'; then echo -1; elif dpkg --compare-versions '${a}' eq '${b}'; then echo 0; else echo 1; fi`,
      )
      .join('\n');
    const told = spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n').map(Number);
    expect(pairs.map(([a, b]) => [a, b, Math.sign(compareDebianVersions(a, b))])).toEqual(
      pairs.map(([a, b], index) => [a, b, told[index]]),
    );
  });
});
