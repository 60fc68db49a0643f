import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { releaseName } from '../../../sync/release-root.ts';
import { isRecordOf } from '../../../sync/release.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { readReleases } from '../../releases-read.ts';

const want = { want: 'the release that valops.lock pins', source: 'valops.lock' };

export const pinned = defineCheck({
  id: 'binaries.pinned',
  title: 'the active release of every binary is the pinned one',
  why: 'The pin is what people reviewed and signed off: anything else on the host was never agreed to, or is out of date.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'See both sides: valops sync status; then: valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases }, { pins }, { name: host }) => {
    const read = readReleases(releases);
    const binaries = 'status' in read ? [] : read;
    if (pins === undefined || Object.keys(pins).length === 0) {
      if ('status' in read) return [read];
      return [{ status: 'skip', subject: host, evidence: 'there is no valops.lock to compare with' }];
    }
    const missing = Object.keys(pins).filter((name) => !binaries.some((one) => one.name === name));
    return [
      ...binaries.map(({ name, release, record, link }): Judgement => {
        const common = { subject: name, running: release ?? 'nothing', file: link.path };
        const pin = pins[name];
        if (pin === undefined) return { ...common, status: 'fail', expected: 'a pin', actual: 'valops.lock has none' };
        if (typeof record === 'string') return { ...common, status: 'unknown', evidence: record };
        const own = pin.platforms[record.platform];
        if (own === undefined)
          return { ...common, status: 'fail', expected: `a pin for ${record.platform}`, actual: 'none' };
        const expected = releaseName(pin.version, own.sha256);
        const good = release === expected && isRecordOf(record, own);
        return {
          ...common,
          status: good ? 'pass' : 'fail',
          expected,
          actual: `${record.version}, ${record.artifact.sha256}`,
        };
      }),
      // pins are for all hosts, and not every host has every binary
      ...missing.map((name): Judgement => ({
        status: 'skip',
        subject: name,
        evidence: 'pinned, and not installed here',
      })),
    ];
  },
});
