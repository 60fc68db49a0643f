import { hub } from './host.mjs';

const net = hub.replace(/\d+$/, '0/24');

/** The `ssh` and `firewall` parts of a valops.yaml which is right for the hosts of the trials. */
export function goodPolicy(job, draw) {
  const profile = draw.one(['validator', 'validator', 'ssh-audit', 'cis-l1']);
  return {
    ...(job === 'firewall' ? {} : { ssh: { profile, ...(profile === 'cis-l1' ? { allowUsers: ['ops'] } : {}) } }),
    ...(job === 'ssh'
      ? {}
      : {
          firewall: {
            management: [draw.one([net, `${hub}/32`])],
            public: [{ port: 9000, proto: 'tcp', name: 'p2p' }],
            local: [{ port: 8545, proto: 'tcp', name: 'rpc' }],
          },
        }),
  };
}

const override = (name, ...values) => ({
  jobs: ['ssh', 'harden'],
  policy: (draw) => ({ ssh: { override: { [name]: draw.one(values) } } }),
});
const either = (jobs, ...parts) => ({ jobs, policy: (draw) => draw.one(parts) });
const over = (name, value) => ({ ssh: { override: { [name]: value } } });
const ssh = ['ssh', 'harden'];
const firewall = ['firewall', 'harden'];

/**
 * Policies that would lock the operator out, some seen by rules, some by the canary, some only by
 * the new login; and the right one, which must be applied. `policy` is laid over `goodPolicy`.
 */
export const policies = {
  good: { jobs: ['ssh', 'firewall', 'harden'], expect: ['applied'] },
  'users-without-us': either(
    ssh,
    { ssh: { allowUsers: ['deploy'] } },
    { ssh: { allowUsers: ['root'] } },
    { ssh: { allowUsers: ['ops@192.0.2.1'] } },
  ),
  'groups-without-us': either(ssh, over('AllowGroups', 'wheel'), over('DenyGroups', 'sudo'), over('DenyUsers', 'o*')),
  'methods-unmet': override(
    'AuthenticationMethods',
    'publickey,password',
    'publickey,keyboard-interactive',
    'hostbased',
    'publickey,publickey',
  ),
  'key-type-refused': override('PubkeyAcceptedAlgorithms', 'rsa-sha2-512,rsa-sha2-256', 'ecdsa-sha2-nistp256'),
  'keys-elsewhere': override('AuthorizedKeysFile', '/etc/ssh/keys/%u', 'none', '.ssh/other'),
  'command-forced': override('ForceCommand', '/bin/false', '/usr/sbin/nologin', '/bin/sleep 600'),
  'no-sessions': override('MaxSessions', 0),
  'no-startups': override('MaxStartups', '1:100:1'),
  'root-elsewhere': override('ChrootDirectory', '/var/empty', '/nonexistent'),
  'no-keys-at-all': override('PubkeyAuthentication', 'no'),
  'host-key-changes': override('HostKeyAlgorithms', 'rsa-sha2-512', 'ecdsa-sha2-nistp256'),
  nonsense: either(
    ssh,
    over('Ciphers', 'rot13'),
    over('KexAlgorithms', 'none-at-all'),
    over('LoginGraceTime', 'soon'),
    over('Colour', 'blue'),
  ),
  'management-elsewhere': either(
    firewall,
    ...['192.0.2.0/24', '2001:db8::/32', '127.0.0.0/8'].map((one) => ({ firewall: { management: [one] } })),
    { firewall: { management: [] } },
  ),
  'ssh-port-local': either(firewall, { firewall: { local: [{ port: 22, proto: 'tcp', name: 'ssh' }] } }),
  'port-behind-firewall': {
    jobs: ['ssh'],
    policy: () => ({ ssh: { port: 2222 } }),
    prepare: `nft -f - <<'T'
table inet site {
  chain input { type filter hook input priority 0; policy drop; iif lo accept; ct state established,related accept; tcp dport { 22, 7777 } accept; }
}
T`,
    scenes: ['stock', 'cloud-init', 'match'],
  },
  'port-moved': { jobs: ['ssh', 'harden'], policy: () => ({ ssh: { port: 2222 } }) },
};

/** `part` laid over `policy`, two levels deep. */
export function overlay(policy, part) {
  const result = { ...policy };
  for (const [name, value] of Object.entries(part)) result[name] = { ...policy[name], ...value };
  return result;
}
