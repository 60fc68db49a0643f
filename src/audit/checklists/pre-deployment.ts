import type { Checklist } from '../checklist.ts';
import { consoleTried, keysProven } from './items.ts';

export const preDeployment: Checklist = {
  name: 'pre-deployment',
  title: 'before a host gets its validator key',
  checks: 'cadence',
  manual: [consoleTried, keysProven],
  own: [],
};
