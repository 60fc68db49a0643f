import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions } from '../../src/sync/versions.ts';

// the order of semver.org (2.0.0, section 11), then what publishers of validators do besides
const ascending = [
  [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
  ],
  ['0.9.9', '0.10.0', '0.10.1', '1.0.0', '2.0.0', '10.0.0'],
  ['28.1', '29.0rc1', '29.0rc9', '29.0rc10', '29.0', '29.0.1', '30'],
  ['v1.18.9', 'v1.18.22', 'v2.0.0-rc1', 'v2.0.0'],
  ['20260101120000', '20261231235959', '99999999999999999999999998', '99999999999999999999999999'],
  ['nightly', '0.1.0'],
];

test.each(ascending)('%s comes before %s and the rest', (...versions) => {
  for (const [at, version] of versions.entries()) {
    for (const [other, later] of versions.entries()) {
      expect([version, later, Math.sign(compareVersions(version, later))]).toEqual([
        version,
        later,
        Math.sign(at - other),
      ]);
    }
  }
});

test.each([
  ['1.2', '1.2.0'],
  ['v1.2.3', '1.2.3'],
  ['1.2.3+build.5', '1.2.3+other'],
  ['1.02.3', '1.2.3'],
])('%s and %s are the same version', (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
});

test('it is an order: antisymmetric and transitive', () => {
  const version = fc.stringMatching(/^v?[0-9]{1,3}(\.[0-9]{1,3}){0,3}([-.]?(rc|beta|a)\.?[0-9]{0,2})?(\+x)?$/);
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      const [first = '', second = '', third = ''] = [a, b, c].toSorted(compareVersions);
      expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
      expect(compareVersions(second, third)).toBeLessThanOrEqual(0);
      expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
    }),
  );
});
