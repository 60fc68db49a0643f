import type { Checklist } from '../checklist.ts';
import { evidenceKept, keysDecided } from './items.ts';

export const incident: Checklist = {
  name: 'incident',
  title: 'when somebody may be on the host: who can get in, what runs and listens, what changed, what was decided',
  checks: [
    'baseline.*',
    'accounts.*',
    'ssh.*',
    'persistence.*',
    'filesystem.*',
    'custody.*',
    'binaries.*',
    'services.*',
    'firewall.*',
    'network.*',
    'packages.*',
    'kernel.*',
    'logs.*',
    'time.*',
  ],
  manual: [evidenceKept, keysDecided],
  own: [],
};
