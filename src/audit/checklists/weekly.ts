import type { Checklist } from '../checklist.ts';
import { advisories } from './items.ts';

export const weekly: Checklist = {
  name: 'weekly',
  title: 'what must not go unnoticed for longer than a week',
  cadence: 'weekly',
  checks: 'cadence',
  manual: [advisories],
  own: [],
};
