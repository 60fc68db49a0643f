import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

const relevant = /\/[a-z][0-9a-f]{13}$/;

export const noAtJobs = defineCheck({
  id: 'persistence.no-at-jobs',
  title: 'no job of at waits',
  why: 'A job of at runs once, later, unseen by whoever looks through the tables of cron.',
  severity: 'low',
  cadence: 'weekly',
  expectations: ofBoth('none', 'at(1)'),
  remediation: 'atq; at -c <JOB>; atrm <JOB>',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) =>
    judgeStrangers(
      strangersIn(facts, ['at']).filter(({ path }) => relevant.test(path)),
      host,
    ),
});
