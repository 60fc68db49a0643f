/** What keeps audits from being run, or heard of. */
const units = '/etc/systemd/system/valops-audit-weekly';
const state = '/root/.valops/audit/delivery.json';
const failing = JSON.stringify({
  schema: 'valops/audit-delivery/1',
  ways: {
    webhook: {
      done: '2026-11-09T04:31:10.000Z',
      failingSince: '2026-11-16T04:31:12.000Z',
      reason: '"webhook" at "hooks.example.org" answered 404 (DOWNLOAD_FAILED)',
    },
  },
  dropped: 0,
});

export const mutations = [
  {
    name: 'audit-timer-disabled',
    check: 'audit.schedule',
    subject: 'weekly',
    apply: `printf '[Unit]\\nDescription=valops audit: weekly\\n[Service]\\nType=oneshot\\nExecStart=/bin/true\\n' > ${units}.service
printf '[Unit]\\nDescription=valops audit: weekly, weekly\\n[Timer]\\nOnCalendar=Mon *-*-* 04:00:00 UTC\\n[Install]\\nWantedBy=timers.target\\n' > ${units}.timer
systemctl daemon-reload`,
    undo: `rm -f ${units}.service ${units}.timer; systemctl daemon-reload`,
  },
  {
    name: 'audit-webhook-revoked',
    check: 'audit.delivery',
    subject: 'webhook',
    apply: `[ -d /root/.valops ] || touch /run/valops-trial-home; mkdir -m 0700 -p /root/.valops/audit && umask 077 && printf '%s\\n' '${failing}' > ${state}`,
    undo: `rm -f ${state}; rmdir /root/.valops/audit 2>/dev/null || :; [ ! -e /run/valops-trial-home ] || { rmdir /root/.valops; rm /run/valops-trial-home; }`,
  },
];
