import { isInMemory, serviceAmnesia } from '../../../facts/service-amnesia.ts';
import { ofBoth } from '../../both-profiles.ts';
import { type Check, defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { onDemand } from '../../service-check.ts';

const text = {
  id: 'service.secrets-in-memory-only',
  title: 'in places that are to forget, no secret lies on persistent storage',
  why: 'A node that was promised to forget keeps its keys for whoever takes the disk.',
  severity: 'critical',
  expectations: ofBoth('tmpfs or ramfs, or no secret', 'tmpfs(5)'),
  remediation:
    'mount it in memory: <DIRECTORY> as tmpfs in /etc/fstab, or RuntimeDirectory= of its unit; what lies there: shred -u <FILE>, and rotate the key',
  ...onDemand,
} as const;

export const secretsInMemoryOnly: Check = {
  ...text,
  questions: ({ amnesia }) => (amnesia === undefined ? [] : [serviceAmnesia(amnesia.places)]),
  judge(snapshot, policy) {
    const { amnesia } = policy;
    if (amnesia === undefined)
      return [{ status: 'skip', subject: snapshot.name, evidence: 'valops.yaml declares no audit.amnesia' }];
    return defineCheck({
      ...text,
      needs: { found: serviceAmnesia(amnesia.places) },
      evaluate: ({ found: { places, kept, files, cut } }): readonly Judgement[] => {
        const below = (place: string): boolean =>
          kept.some(({ path }) => path === place || path.startsWith(`${place.replace(/\/$/, '')}/`));
        return [
          ...kept.map(({ path, filesystem, kind }): Judgement => ({
            status: 'fail',
            subject: path,
            expected: 'in memory',
            actual: `what looks like a ${kind}, on ${filesystem}`,
            file: path,
          })),
          ...places
            .filter(({ path }) => !below(path))
            .map(({ path, filesystem }): Judgement => {
              if (filesystem === null)
                return { status: 'unknown', subject: path, evidence: 'there is nothing of that name' };
              const inMemory = isInMemory(filesystem);
              if (!inMemory && cut !== null)
                return { status: 'unknown', subject: path, evidence: `the search was cut off: ${cut}` };
              return {
                status: 'pass',
                subject: path,
                expected: 'in memory, or no secret',
                actual: inMemory ? `in memory (${filesystem})` : `on ${filesystem}, no secret found`,
                evidence: `${files} files were read`,
              };
            }),
        ];
      },
    }).judge(snapshot, policy);
  },
};
