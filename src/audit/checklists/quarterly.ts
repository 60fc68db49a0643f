import type { Checklist } from '../checklist.ts';
import { accessReview, advisories, consoleTried, journalHead, keysProven } from './items.ts';

export const quarterly: Checklist = {
  name: 'quarterly',
  title: 'everything monthly, and whether the ways back still work',
  cadence: 'quarterly',
  checks: 'cadence',
  manual: [advisories, accessReview, journalHead, keysProven, consoleTried],
  own: [],
};
