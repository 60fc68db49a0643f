import type { AuditPolicy } from '../../src/audit/policy.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';

/** What the cases of checks are judged by unless they say otherwise. */
export function auditPolicy(given: Partial<AuditPolicy> = {}): AuditPolicy {
  const { now, ...rest } = given;
  return {
    profile: 'validator',
    ssh: resolveSshPolicy({ override: {} }),
    firewall: undefined,
    home: '/root/.valops',
    keyPlaces: ['/var/lib/validator/identity.json'],
    serviceUsers: ['validator'],
    units: ['validator.service'],
    binariesPrefix: '/opt/valops',
    loginSources: [],
    rpc: undefined,
    ...rest,
    now: new Date(now ?? '2026-11-22T00:00:00Z'),
  };
}
