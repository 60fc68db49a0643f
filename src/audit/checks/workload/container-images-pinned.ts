import { containerCheck } from '../../containers-judged.ts';

export const containerImagesPinned = containerCheck({
  id: 'workload.container-images-pinned',
  title: 'running containers were started from images by digest',
  why: 'A tag is whatever was pushed under it last: the next start may run what nobody here has looked at.',
  severity: 'medium',
  cadence: 'weekly',
  want: '@sha256:',
  source: 'Docker docs: pull an image by digest; Nuttoo: Security, Artifact Integrity',
  remediation: '<IMAGE>:<TAG>@sha256:<DIGEST>; docker image inspect --format "{{.RepoDigests}}" <IMAGE> tells it',
  faults: ({ image }) => (/(@|^)sha256:[0-9a-f]{64}$/.test(image) ? [] : [image || 'no image']),
});
