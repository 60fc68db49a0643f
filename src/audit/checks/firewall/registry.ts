import type { Check } from '../../check.ts';
import { asDeclared } from './as-declared.ts';
import { forwarding } from './forwarding.ts';
import { incomingDenied } from './incoming-denied.ts';
import { listeners } from './listeners.ts';
import { noBypass } from './no-bypass.ts';
import { oneTool } from './one-tool.ts';

export const firewallChecks: readonly Check[] = [asDeclared, forwarding, incomingDenied, listeners, noBypass, oneTool];
