const dropIn = '/etc/systemd/system/validator.service.d/trial.conf';

/** A drop-in for the validator, as `systemctl edit` writes one; the service is started again where that is asked for. */
const edit = (lines, restart) => ({
  apply: [
    `mkdir -p ${dropIn.replace(/\/[^/]*$/, '')}`,
    `printf '%s\\n' '[Service]' ${lines.map((line) => `'${line}'`).join(' ')} >${dropIn}`,
    'systemctl daemon-reload',
    ...(restart ? ['systemctl restart validator.service'] : []),
  ].join('\n'),
  undo: [
    `rm ${dropIn}`,
    `rmdir --ignore-fail-on-non-empty ${dropIn.replace(/\/[^/]*$/, '')}`,
    'systemctl daemon-reload',
    ...(restart ? ['systemctl restart validator.service'] : []),
  ].join('\n'),
});

const open = [
  'NoNewPrivileges=no',
  'SystemCallFilter=',
  'SystemCallArchitectures=',
  'ProtectSystem=no',
  'ProtectHome=no',
  'PrivateTmp=no',
  'PrivateDevices=no',
  'ProtectKernelTunables=no',
  'ProtectKernelModules=no',
  'ProtectKernelLogs=no',
  'ProtectControlGroups=no',
  'ProtectClock=no',
  'ProtectProc=default',
  'ProtectHostname=no',
  'RestrictNamespaces=no',
  'RestrictAddressFamilies=',
  'RestrictSUIDSGID=no',
  'RestrictRealtime=no',
  'LockPersonality=no',
  'MemoryDenyWriteExecute=no',
  'CapabilityBoundingSet=~',
];

const unit = (name, program) => `[Unit]
Description=${name}
[Service]
ExecStart=${program}
[Install]
WantedBy=multi-user.target`;

const subject = 'validator.service';

export const mutations = [
  {
    name: 'validator-stopped',
    check: 'services.units-run',
    subject,
    apply: 'systemctl stop validator.service',
    undo: 'systemctl start validator.service',
    settle: 1,
    also: ['validator.*'],
  },
  {
    name: 'validator-not-at-boot',
    check: 'services.enabled-at-boot',
    subject,
    apply: 'systemctl disable --quiet validator.service',
    undo: 'systemctl enable --quiet validator.service',
  },
  { name: 'validator-not-restarted', check: 'services.restart-policy', subject, ...edit(['Restart=no'], false) },
  {
    name: 'validator-crashes',
    check: 'services.few-restarts',
    subject,
    apply: 'for round in 1 2 3 4; do systemctl kill -s KILL validator.service; sleep 2; done',
    undo: 'systemctl stop validator.service; systemctl start validator.service',
    settle: 1,
  },
  {
    name: 'unit-edited-not-reloaded',
    check: 'services.as-on-disk',
    subject,
    apply: `mkdir -p ${dropIn.replace(/\/[^/]*$/, '')}; printf '[Service]\\nNice=5\\n' >${dropIn}`,
    undo: `rm ${dropIn}; rmdir --ignore-fail-on-non-empty ${dropIn.replace(/\/[^/]*$/, '')}; systemctl daemon-reload`,
  },
  { name: 'validator-as-root', check: 'services.own-user', subject, ...edit(['User=root'], true), settle: 1 },
  {
    name: 'sandbox-off',
    check: 'services.no-new-privileges',
    subject,
    ...edit(open, true),
    settle: 1,
    also: [
      'services.seccomp',
      'services.file-access',
      'services.namespaces',
      'services.kernel-protection',
      'services.exposure',
    ],
  },
  {
    name: 'system-call-filter-off',
    check: 'services.seccomp',
    subject,
    ...edit(
      open.filter((line) => !/^(NoNew|ProtectS|ProtectHome=|PrivateT)/.test(line)),
      true,
    ),
    settle: 1,
    also: ['services.kernel-protection', 'services.namespaces', 'services.exposure'],
  },
  {
    name: 'validator-with-capability',
    check: 'services.capabilities',
    subject,
    ...edit(['CapabilityBoundingSet=CAP_DAC_READ_SEARCH', 'AmbientCapabilities=CAP_DAC_READ_SEARCH'], true),
    settle: 1,
  },
  {
    name: 'validator-sees-everything',
    check: 'services.file-access',
    subject,
    ...edit(['ProtectSystem=no', 'ProtectHome=no'], true),
    settle: 1,
  },
  {
    name: 'sandbox-not-in-force',
    check: 'services.no-new-privileges',
    subject,
    apply: `${edit(open, true).apply}\nsleep 1\nrm ${dropIn}\nsystemctl daemon-reload`,
    undo: `rmdir --ignore-fail-on-non-empty ${dropIn.replace(/\/[^/]*$/, '')}; systemctl restart validator.service`,
    also: ['services.seccomp', 'services.file-access', 'services.namespaces'],
  },
  { name: 'shared-tmp', check: 'services.namespaces', subject, ...edit(['PrivateTmp=no'], true), settle: 1 },
  {
    name: 'may-load-modules',
    check: 'services.kernel-protection',
    subject,
    ...edit(['ProtectKernelModules=no', 'RestrictNamespaces=no'], true),
    settle: 1,
  },
  {
    name: 'secret-in-unit',
    check: 'services.no-secrets-in-environment',
    subject,
    ...edit(['Environment=RPC_AUTH_TOKEN=trial'], false),
  },
  {
    name: 'validator-dumps-core',
    check: 'services.no-core-dumps',
    subject,
    ...edit(['LimitCORE=infinity'], true),
    settle: 1,
  },
  {
    name: 'stray-process-of-validator',
    check: 'services.only-units-as-service-users',
    subject: 'validator',
    apply: 'systemd-run --quiet --collect --uid=validator --unit=trial-stray sleep 3600',
    undo: 'systemctl stop trial-stray.service',
    settle: 1,
  },
  {
    name: 'portmapper-installed',
    check: 'services.no-unneeded-services',
    subject: 'rpcbind.service',
    apply: `printf '%s\\n' '${unit('RPC bind portmap service', '/bin/sleep infinity')}' >/etc/systemd/system/rpcbind.service
systemctl daemon-reload
systemctl enable --quiet --now rpcbind.service`,
    undo: `systemctl disable --quiet --now rpcbind.service
rm /etc/systemd/system/rpcbind.service
systemctl daemon-reload
systemctl reset-failed`,
    settle: 1,
  },
  {
    name: 'debug-shell',
    check: 'services.no-debug-shell',
    subject: 'debug-shell.service',
    apply: 'systemctl enable --quiet debug-shell.service; systemctl start debug-shell.service',
    undo: 'systemctl disable --quiet --now debug-shell.service; systemctl daemon-reload',
    settle: 1,
  },
];
