import { month, quarter, year, systemItem } from './system-item.ts';

export const signerApart = systemItem(
  'manual.signer-apart',
  'critical',
  quarter,
  'only the part that signs has the signing key: mounted read-only from a secret store, or behind a remote signer',
  'Each process that can read the key is one more that can be made to sign.',
);

export const loginsVerified = systemItem(
  'manual.logins-verified',
  'high',
  quarter,
  'tokens with a wrong signature, issuer, audience or time were tried and refused; admins log in apart from users',
  'A token that is read and not verified is a wish.',
);

export const rolesTried = systemItem(
  'manual.roles-tried',
  'high',
  quarter,
  'admin routes and the objects of another user were tried as a plain user: all refused',
  'Most breaches of programming interfaces need no exploit, only the number of somebody else.',
);

export const addressesRefused = systemItem(
  'manual.addresses-refused',
  'high',
  quarter,
  'addresses given by users were tried with other schemes, private networks and names that change: refused',
  'A server that fetches what it is told fetches from inside, with its own rights.',
);

export const ingestionBounded = systemItem(
  'manual.ingestion-bounded',
  'high',
  quarter,
  'hostile repositories were given to it: too large, too many files, packed bombs, paths and links that lead out',
  'It takes in what strangers write: the bounds must be met before the disk is full.',
);

export const ingestionInert = systemItem(
  'manual.ingestion-inert',
  'critical',
  quarter,
  'nothing of a repository is executed by taking it in: no hooks, no install scripts; sources are mounted read-only',
  'A script of a stranger that runs once has read everything the worker can read.',
);

export const workersApart = systemItem(
  'manual.workers-apart',
  'high',
  quarter,
  'what takes in, what analyses and what registers have accounts and database users of their own',
  'The part that meets strangers must not be the part that can sign or alter records.',
);

export const databaseRights = systemItem(
  'manual.database-rights',
  'medium',
  quarter,
  'each database user was shown (\\du, \\dp) to have what it needs and no more; migrations run apart, before the rollout',
  'What a stolen password can do is decided on the day the role is made.',
);

export const databaseRestored = systemItem(
  'manual.database-restored',
  'high',
  quarter,
  'the database was restored to a moment of this month, from an encrypted backup that its own host cannot delete',
  'A backup that was never restored is a hope.',
);

export const rpcWatched = systemItem(
  'manual.rpc-watched',
  'medium',
  quarter,
  'errors and latency of each RPC provider raise an alert; a contract stands behind them; their keys were rotated',
  'A provider that throttles looks like a chain that is slow.',
);

export const transactionsBounded = systemItem(
  'manual.transactions-bounded',
  'high',
  quarter,
  'transactions are simulated, fees and retries have a ceiling, and commitment is what this environment needs',
  'A loop that sends again until it works empties the account that pays.',
);

export const clustersApart = systemItem(
  'manual.clusters-apart',
  'high',
  quarter,
  'each environment has its own program ids and configuration, and a start against another cluster was refused',
  'A test against the wrong cluster is paid with real money.',
);

export const historySearched = systemItem(
  'manual.history-searched',
  'high',
  quarter,
  'the whole history of each repository was searched for secrets, and what was found was replaced',
  'A file that was removed is still in every clone; checks of the host see the work tree only.',
);

export const forgeGuarded = systemItem(
  'manual.forge-guarded',
  'high',
  quarter,
  'release branches and tags are protected, changes of CI need a review, its logs show no secret',
  'Who changes the workflow has every secret of the build.',
);

export const artifactsProven = systemItem(
  'manual.artifacts-proven',
  'high',
  month,
  'what is deployed has a signature, provenance and checksums, and somebody verified them before the rollout',
  'A signature that nobody verifies protects nobody.',
);

export const dependenciesReviewed = systemItem(
  'manual.dependencies-reviewed',
  'high',
  month,
  'a scan for known faults ran; upgrades that matter were read; install scripts are off, or listed by name',
  'Thieves publish on a Friday what the next build installs.',
);

export const secretStore = systemItem(
  'manual.secret-store',
  'high',
  quarter,
  'the secret store encrypts at rest, gives each service its own secrets only, and its log of accesses was read',
  'A store that everybody may read is a file with a longer name.',
);

export const tracesJoin = systemItem(
  'manual.traces-join',
  'low',
  year,
  'one request was followed by its id through interface, queue, worker and RPC, in structured logs',
  'In an incident the question is what belonged together.',
);

export const eventsRecorded = systemItem(
  'manual.events-recorded',
  'medium',
  quarter,
  'logins, changes of roles, use of keys, deployments, migrations and intake were provoked, and found in the log',
  'What is not recorded did not happen, says whoever did it.',
);

export const runtimeIncident = systemItem(
  'manual.runtime-incident',
  'high',
  quarter,
  'revoking and replacing every secret, shutting risky routes, keeping evidence and telling people was rehearsed',
  'In the hour that counts nobody learns commands; afterwards rules and bounds are tightened.',
);

export const rolledOutGently = systemItem(
  'manual.rolled-out-gently',
  'medium',
  quarter,
  'new versions meet a small part of the traffic first, and going back was tried',
  'A fault in a tenth of the traffic is a lesson, in all of it an outage.',
);

export const designHeld = systemItem(
  'manual.design-held',
  'low',
  year,
  'only references and lineage are kept on chain, and somebody else could build and run it from what is public',
  'What nobody else can rebuild nobody else can verify.',
);
