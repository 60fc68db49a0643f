import type { Checklist } from '../checklist.ts';
import { evidenceKept, keysDecided } from './items.ts';

export const incident: Checklist = {
  name: 'incident',
  title: 'when somebody may be on the host: who can get in, what listens, what was decided',
  checks: ['accounts.*', 'ssh.*', 'firewall.*', 'services.*', 'time.*'],
  manual: [evidenceKept, keysDecided],
  own: [],
};
