import { containerCheck } from '../../containers-judged.ts';

export const containerConfinement = containerCheck({
  id: 'workload.container-confinement',
  title: 'containers run as a user of their own, read-only, without capabilities and ways to gain any',
  why: 'What the process cannot do, nobody who takes it over can do either: most escapes need one of these.',
  severity: 'medium',
  cadence: 'weekly',
  want: 'a user, read-only, cap-drop ALL, no-new-privileges, seccomp',
  source: 'CIS Docker, container runtime; OWASP Docker Security; Nuttoo: Security, Sandboxing',
  remediation: '--user <UID>:<GID> --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges',
  faults: ({ user, readOnly, privileged, capabilitiesDropped, securityOptions }) => {
    const has = (pattern: RegExp): boolean => securityOptions.some((one) => pattern.test(one));
    // podman spells out what ALL stands for
    const dropsAll = capabilitiesDropped.some((one) => /^(CAP_)?ALL$/i.test(one)) || capabilitiesDropped.length >= 11;
    return [
      ...(/^(root|0)?(:.*)?$/.test(user) ? ['runs as root, or as its image says'] : []),
      ...(readOnly ? [] : ['its file system is writable']),
      ...(dropsAll && !privileged ? [] : ['keeps capabilities']),
      ...(has(/^no-new-privileges([:=]true)?$/) ? [] : ['may gain privileges']),
      ...(has(/^seccomp[=:]unconfined$/) ? ['no seccomp'] : []),
      ...(has(/^apparmor[=:]unconfined$/) ? ['no AppArmor'] : []),
    ];
  },
});
