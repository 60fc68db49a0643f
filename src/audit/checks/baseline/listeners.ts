import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { listenersSection } from '../../baseline/sections/listeners.ts';

export const baselineListeners = defineBaselineCheck(listenersSection, {
  why: 'A port that was not there when the host was accepted is a service somebody forgot, or a way in that somebody made.',
  severity: 'high',
  remediation:
    'See what it is: ss -tulpn. Stop and disable it: systemctl disable --now <UNIT>; where it is meant: valops audit baseline accept',
});
