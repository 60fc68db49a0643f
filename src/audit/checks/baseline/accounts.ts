import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { accountsSection } from '../../baseline/sections/accounts.ts';

export const baselineAccounts = defineBaselineCheck(accountsSection, {
  why: 'Whoever broke in wants to come back: an account, a group or a sudo rule of their own is the plainest way.',
  severity: 'high',
  remediation:
    'Find out who did it: last -F; journalctl _COMM=useradd _COMM=usermod _COMM=sudo. Take back what nobody meant; where it is meant: valops audit baseline accept',
});
