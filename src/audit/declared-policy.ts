import type { FirewallPolicy } from '../policy/firewall/policy.ts';
import { resolveSshPolicy, type SshDeclared } from '../policy/ssh/policy.ts';
import type { AuditDeclared } from './declared.ts';
import type { AuditPolicy } from './policy.ts';

const profiles = ['validator', 'cis-l1', 'ssh-audit'] as const;

/**
 * What checks compare with, from the declared state. SSH is judged by the profile that hardens it:
 * `ssh.profile`, where that is declared, else the audit's. Throws what `resolveSshPolicy` throws.
 */
export function auditPolicy(
  declared: {
    readonly ssh: SshDeclared;
    readonly firewall?: FirewallPolicy | undefined;
    readonly audit: AuditDeclared;
  },
  now: Date,
): AuditPolicy {
  const { ssh, firewall, audit } = declared;
  const profile = audit.profile ?? profiles.find((one) => one === ssh.profile) ?? 'validator';
  const { rpc, repositories, services, amnesia } = audit;
  return {
    profile,
    ssh: resolveSshPolicy({ ...ssh, profile: ssh.profile ?? profile }),
    firewall,
    home: audit.home,
    keyPlaces: audit.keyPlaces,
    serviceUsers: audit.serviceUsers,
    units: audit.units,
    binariesPrefix: audit.binariesPrefix,
    loginSources: audit.loginSources,
    rpc:
      rpc === undefined
        ? undefined
        : {
            url: rpc.url,
            network: rpc.network,
            ...(rpc.genesis === undefined ? {} : { genesis: rpc.genesis }),
            ...(rpc.fallbacks.length === 0 ? {} : { fallbacks: rpc.fallbacks }),
          },
    ...(repositories.length === 0 ? {} : { repositories }),
    ...(services.length === 0 ? {} : { services }),
    ...(amnesia === undefined ? {} : { amnesia }),
    now,
  };
}
