const root = '/opt/valops/vald';
const wait = 'for n in 1 2 3 4 5 6 7 8 9 10; do ss -ltn | grep -q 127.0.0.1:8899 && break; sleep 0.3; done';
const restart = `systemctl daemon-reload && systemctl restart validator.service && ${wait}`;

/** A drop-in somebody adds to the unit, and restarts it. */
const dropIn = (lines) => ({
  apply: `mkdir -p /etc/systemd/system/validator.service.d && printf '${lines}' >/etc/systemd/system/validator.service.d/50-local.conf && ${restart}`,
  undo: `rm -r /etc/systemd/system/validator.service.d && ${restart}`,
});

export const mutations = [
  {
    name: 'current-leads-elsewhere',
    check: 'binaries.active',
    subject: 'vald',
    apply: `readlink ${root}/current >/run/kept-current && cp -a ${root}/current/ /srv/vald-test && ln -sfn /srv/vald-test ${root}/current`,
    undo: `ln -sfn "$(cat /run/kept-current)" ${root}/current && rm -r /run/kept-current /srv/vald-test`,
    also: ['binaries.*'],
  },
  {
    name: 'file-added-to-release',
    check: 'binaries.as-installed',
    apply: `touch ${root}/current/lib/site.py`,
    undo: `rm ${root}/current/lib/site.py && touch -r ${root}/current/bin ${root}/current/lib`,
  },
  {
    name: 'release-script-edited',
    check: 'binaries.bytes',
    apply: `f=${root}/current/lib/validator.py; cp -p $f /run/kept-script && sed -i 's/2\\.3\\.1/2.3.9/' $f && chmod 0444 $f`,
    undo: `cp -p /run/kept-script ${root}/current/lib/validator.py && rm /run/kept-script`,
  },
  {
    name: 'bin-link-leads-elsewhere',
    check: 'binaries.links',
    subject: '/opt/valops/bin/vald',
    apply: 'readlink /opt/valops/bin/vald >/run/kept-link && ln -sfn /usr/bin/python3 /opt/valops/bin/vald',
    undo: 'ln -sfn "$(cat /run/kept-link)" /opt/valops/bin/vald && rm /run/kept-link',
  },
  {
    name: 'prefix-group-writable',
    check: 'binaries.prefix-safe',
    subject: '/opt/valops',
    apply: 'chgrp ops /opt/valops && chmod 0775 /opt/valops',
    undo: 'chgrp root /opt/valops && chmod 0755 /opt/valops',
    also: ['binaries.programs-safe', 'binaries.search-paths', 'filesystem.*'],
  },
  {
    name: 'switch-never-ended',
    check: 'binaries.no-leftovers',
    subject: `${root}/pending.json`,
    apply: `echo '{}' >${root}/pending.json && touch -d '2026-01-05 12:00' ${root}/pending.json`,
    undo: `rm ${root}/pending.json`,
  },
  {
    name: 'running-binary-replaced',
    check: 'binaries.running-is-on-disk',
    apply: `f=${root}/current/bin/vald; cp -p $f $f.new && mv $f.new $f`,
    undo: restart,
    also: ['services.as-on-disk'],
  },
  {
    name: 'unit-runs-copied-binary',
    check: 'binaries.units-run-pinned',
    subject: 'validator.service /usr/local/bin/vald',
    apply: `cp /opt/valops/bin/vald /usr/local/bin/vald && mkdir -p /etc/systemd/system/validator.service.d && printf '[Service]\\nExecStart=\\nExecStart=/usr/local/bin/vald -I -S -B ${root}/current/lib/validator.py\\n' >/etc/systemd/system/validator.service.d/50-local.conf && ${restart}`,
    undo: `rm -r /etc/systemd/system/validator.service.d /usr/local/bin/vald && ${restart}`,
  },
  {
    name: 'program-of-service-user',
    check: 'binaries.programs-safe',
    apply: `chown validator ${root}/current/bin/vald`,
    undo: `chown root:root ${root}/current/bin/vald && ${restart}`,
    also: ['binaries.prefix-safe', 'binaries.as-installed', 'filesystem.*'],
  },
  {
    name: 'unit-preloads-library',
    check: 'binaries.search-paths',
    subject: 'validator.service',
    ...dropIn('[Service]\\nEnvironment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libz.so.1\\n'),
    also: ['binaries.*', 'persistence.*'],
  },
  {
    name: 'path-has-tmp',
    check: 'binaries.search-paths',
    subject: 'validator.service',
    ...dropIn('[Service]\\nEnvironment=PATH=/var/tmp/bin:/usr/bin\\n'),
    also: ['persistence.*'],
  },
];
