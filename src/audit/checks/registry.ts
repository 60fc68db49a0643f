import type { Check } from '../check.ts';
import { accountChecks } from './accounts/registry.ts';
import { auditChecks } from './audit/registry.ts';
import { baselineChecks } from './baseline/registry.ts';
import { filesystemChecks } from './filesystem/registry.ts';
import { firewallChecks } from './firewall/registry.ts';
import { persistenceChecks } from './persistence/registry.ts';
import { kernelChecks } from './kernel/registry.ts';
import { packageChecks } from './packages/registry.ts';
import { httpServiceChecks } from './service/registry.ts';
import { serviceChecks } from './services/registry.ts';
import { sshChecks } from './ssh/registry.ts';
import { logChecks } from './logs/registry.ts';
import { networkChecks } from './network/registry.ts';
import { timeChecks } from './time/registry.ts';
import { validatorChecks } from './validator/registry.ts';
import { backupChecks } from './backups/registry.ts';
import { binaryChecks } from './binaries/registry.ts';
import { custodyChecks } from './custody/registry.ts';
import { workloadChecks } from './workload/registry.ts';

/** Every check there is, by family, in the order in which reports show them. */
export const checks: readonly Check[] = [
  ...sshChecks,
  ...firewallChecks,
  ...accountChecks,
  ...filesystemChecks,
  ...persistenceChecks,
  ...serviceChecks,
  ...httpServiceChecks,
  ...timeChecks,
  ...logChecks,
  ...networkChecks,
  ...validatorChecks,
  ...baselineChecks,
  ...auditChecks,
  ...backupChecks,
  ...binaryChecks,
  ...custodyChecks,
  ...kernelChecks,
  ...packageChecks,
  ...workloadChecks,
];
