import type { Checklist } from '../checklist.ts';
import { incident } from './incident.ts';
import { monthly } from './monthly.ts';
import { preDeployment } from './pre-deployment.ts';
import { quarterly } from './quarterly.ts';
import { weekly } from './weekly.ts';

/** The checklists that come with valops. */
export const builtInChecklists: readonly Checklist[] = [preDeployment, weekly, monthly, quarterly, incident];
