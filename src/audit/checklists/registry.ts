import type { Checklist } from '../checklist.ts';
import { economicService } from './economic-service.ts';
import { edgeNode } from './edge-node.ts';
import { executionSandbox } from './execution-sandbox.ts';
import { incident } from './incident.ts';
import { monthly } from './monthly.ts';
import { nuttooRuntime } from './nuttoo-runtime.ts';
import { preDeployment } from './pre-deployment.ts';
import { quarterly } from './quarterly.ts';
import { weekly } from './weekly.ts';

/** The checklists that come with valops. */
export const builtInChecklists: readonly Checklist[] = [
  preDeployment,
  weekly,
  monthly,
  quarterly,
  incident,
  nuttooRuntime,
  executionSandbox,
  economicService,
  edgeNode,
];
