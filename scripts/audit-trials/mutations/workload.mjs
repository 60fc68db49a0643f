// Mutations of programs beside a validator. What they change is nothing to a host that declares no such things, so each
// has the `policy` it is judged by. Try one by
//   node scripts/audit-cases.mjs CHECK --host N --mutation NAME --policy JSON --print
// Containers and PostgreSQL are on no host of scripts/hosts.mjs: their cases were recorded where both were installed.

const top = '/srv/trial';
const policy = { repositories: [top] };

/** A work tree that passes: without git, for the hosts have none. */
const tree = `mkdir -p ${top}/.github/workflows
printf '%s' '{"name":"trial","dependencies":{"pg":"8.11.3"}}' >${top}/package.json
echo '{"lockfileVersion":3}' >${top}/package-lock.json
echo 22.4.1 >${top}/.nvmrc
echo '{"bomFormat":"CycloneDX"}' >${top}/sbom.cdx.json
printf '%s\\n' 'on: push' 'permissions: {}' 'jobs: {}' >${top}/.github/workflows/ci.yml`;

/** A git directory as far as it is looked at: one that tracks these paths (index of version 2, made by hand). */
const tracking = (paths) => `mkdir -p ${top}/.git
echo 'ref: refs/heads/main' >${top}/.git/HEAD
printf '[core]\\n\\tbare = false\\n' >${top}/.git/config
python3 -c '
import struct, sys
entry = lambda p: (lambda b: b + bytes(8 - len(b) % 8))(bytes(60) + struct.pack(">H", len(p)) + p)
paths = sorted(a.encode() for a in sys.argv[1:])
sys.stdout.buffer.write(b"DIRC" + struct.pack(">II", 2, len(paths)) + b"".join(map(entry, paths)) + bytes(20))
' ${paths.join(' ')} >${top}/.git/index`;

const inTree = (name, check, subject, ...lines) => ({
  name,
  check: `workload.${check}`,
  subject,
  policy,
  apply: [tree, ...lines].join('\n'),
  undo: `rm -r ${top}`,
  // custody looks there, too
  also: check === 'no-keys-in-repositories' ? ['custody.no-plain-validator-keys'] : [],
});

const unit = 'trial-worker.service';
const service = (name, check, subject, lines, { before = [], after = [] } = {}) => ({
  name,
  check: `workload.${check}`,
  subject,
  policy: { units: [unit] },
  // a unit without any sandbox
  also: ['services.*', 'binaries.*'],
  apply: [
    ...before,
    `printf '%s\\n' '[Service]' 'ExecStart=/bin/sleep 9000' ${lines.map((line) => `'${line}'`).join(' ')} >/run/systemd/system/${unit}`,
    'systemctl daemon-reload',
    `systemctl start ${unit}`,
  ].join('\n'),
  undo: [`systemctl stop ${unit}`, `rm /run/systemd/system/${unit}`, 'systemctl daemon-reload', ...after].join('\n'),
  settle: 1,
});

const limits = ['MemoryMax=256M', 'TasksMax=32', 'IPAddressDeny=any'];

export const mutations = [
  inTree(
    'keypair-left-in-work-tree',
    'no-keys-in-repositories',
    `${top}/deploy/id.json`,
    `mkdir ${top}/deploy`,
    `python3 -c 'print([7 * at % 256 for at in range(64)])' >${top}/deploy/id.json`,
  ),
  inTree(
    'token-in-deploy-script',
    'no-tokens-in-repositories',
    `${top}/deploy.sh`,
    // in two parts, so that no scanner takes this file for a leak
    `echo 'curl -H "Authorization: token ghp''_0123456789abcdefghijABCDEFGHIJ012345"' >${top}/deploy.sh`,
  ),
  inTree(
    'env-file-committed',
    'env-files-untracked',
    `${top}/.env`,
    `echo DATABASE_PASSWORD=q1w2e3 >${top}/.env`,
    `chmod 600 ${top}/.env`,
    tracking(['.env', 'package.json', 'package-lock.json']),
  ),
  inTree(
    'env-file-readable',
    'env-files-private',
    `${top}/.env`,
    `echo SESSION_SECRET=q1w2e3 >${top}/.env`,
    `chmod 644 ${top}/.env`,
  ),
  inTree(
    'remote-with-password',
    'no-credentials-in-git-config',
    top,
    tracking(['package.json']),
    `printf '[remote "origin"]\\n\\turl = https://ci:q1w2e3@git.example.net/trial\\n' >>${top}/.git/config`,
  ),
  inTree('lockfile-removed', 'lockfiles', `${top}/package.json`, `rm ${top}/package-lock.json`),
  inTree('lockfile-not-committed', 'lockfiles', `${top}/package.json`, tracking(['package.json'])),
  inTree('node-version-floats', 'tools-pinned', `${top} Node`, `rm ${top}/.nvmrc`),
  inTree('bill-of-materials-old', 'sbom', top, `touch -d '3 days ago' ${top}/sbom.cdx.json`),
  inTree('bill-of-materials-gone', 'sbom', top, `rm ${top}/sbom.cdx.json`),
  inTree(
    'action-by-tag',
    'actions-pinned',
    `${top}/.github/workflows/ci.yml actions/checkout@v4`,
    `echo '      - uses: actions/checkout@v4' >>${top}/.github/workflows/ci.yml`,
  ),
  inTree(
    'workflow-without-permissions',
    'ci-token-permissions',
    `${top}/.github/workflows/release.yml`,
    `printf 'on: push\\njobs: {}\\n' >${top}/.github/workflows/release.yml`,
  ),
  inTree(
    'base-image-by-tag',
    'base-images-pinned',
    `${top}/Dockerfile node:22-slim`,
    `echo 'FROM node:22-slim' >${top}/Dockerfile`,
  ),
  service('secret-in-process-environment', 'process-environment', unit, [...limits, 'Environment=API_TOKEN=q1w2e3']),
  service(
    'environment-file-readable',
    'environment-files',
    '/etc/trial.env',
    [...limits, 'EnvironmentFile=/etc/trial.env'],
    {
      before: ['echo DATABASE_PASSWORD=q1w2e3 >/etc/trial.env', 'chmod 644 /etc/trial.env'],
      after: ['rm /etc/trial.env'],
    },
  ),
  service('unit-without-memory-limit', 'unit-limits', unit, ['TasksMax=32', 'IPAddressDeny=any']),
  service('unit-reaches-everybody', 'unit-egress', unit, ['MemoryMax=256M', 'TasksMax=32']),
];
