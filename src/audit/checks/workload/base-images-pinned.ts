import { workloadPipelinesOf, type Pipeline } from '../../../facts/workload/pipelines.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';
import { judgePipelines } from '../../pipelines-judged.ts';

export const baseImagesPinned = defineCheck({
  id: 'workload.base-images-pinned',
  title: 'Dockerfiles start from images by digest',
  why: 'A tag is whatever was pushed under it last: the same Dockerfile gives another system next week.',
  severity: 'medium',
  cadence: 'monthly',
  onlyNamed: true,
  expectations: ofBoth('@sha256:', 'Docker docs: pin base image versions'),
  remediation: 'FROM <IMAGE>:<TAG>@sha256:<DIGEST>; docker buildx imagetools inspect <IMAGE>:<TAG> tells it',
  needs: (policy) => ({ pipelines: workloadPipelinesOf(repositoriesOf(policy)) }),
  evaluate: ({ pipelines }, policy, { name }) =>
    judgePipelines(policy, pipelines, pipelines.dockerfiles, 'Dockerfile', name, judgeFile),
});

function judgeFile({ path, lines }: Pipeline): readonly Judgement[] {
  const stages = new Set<string>();
  const defaults = new Map<string, string>();
  return lines.flatMap(({ line, text }): readonly Judgement[] => {
    const [, variable, value = ''] = /^ARG\s+(\w+)=["']?([^"'\s]*)/i.exec(text) ?? [];
    if (variable !== undefined) {
      defaults.set(variable, value);
      return [];
    }
    const [, written = '', stage] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(text) ?? [];
    const isStage = written === 'scratch' || stages.has(written.toLowerCase());
    if (stage !== undefined) stages.add(stage.toLowerCase());
    const image = written.replace(
      /\$\{?(\w+)(?::?-([^}]*))?\}?/g,
      (all, name: string, other?: string) => defaults.get(name) ?? other ?? all,
    );
    if (written === '' || isStage || /@sha256:[0-9a-f]{64}$/.test(image)) return [];
    const subject = `${path} ${image}`;
    const file = `${path}:${line}`;
    if (image.includes('$')) return [{ status: 'unknown', subject, file, evidence: 'who builds gives the image' }];
    return [{ status: 'fail', subject, expected: 'an image by @sha256:', actual: image, file }];
  });
}
