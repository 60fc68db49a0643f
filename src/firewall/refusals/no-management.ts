import type { RefusalRule } from './refusal-input.ts';

/** Without management sources nobody would reach SSH. */
export const noManagement: RefusalRule = ({ policy }) =>
  policy.management.length > 0
    ? null
    : {
        rule: 'FIREWALL_NO_MANAGEMENT',
        message: 'the policy names no management source: nobody would reach SSH',
        hint: 'List the networks you log in from in valops.yaml: firewall: {management: [192.0.2.0/24]}',
      };
