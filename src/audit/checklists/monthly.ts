import type { Checklist } from '../checklist.ts';
import { accessReview, advisories, journalHead } from './items.ts';

export const monthly: Checklist = {
  name: 'monthly',
  title: 'everything weekly, and who still has access',
  cadence: 'monthly',
  checks: 'cadence',
  manual: [advisories, accessReview, journalHead],
  own: [],
};
