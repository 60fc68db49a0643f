import { month, quarter, year, systemItem } from './system-item.ts';

export const perCallerLimits = systemItem(
  'manual.limits-per-caller',
  'medium',
  quarter,
  'one tenant, and one peer, at its limit left the others served',
  'A limit for all together is one caller away from an outage for everybody else.',
);

export const capabilitiesScoped = systemItem(
  'manual.capabilities-scoped',
  'high',
  quarter,
  'each route was tried with no token, an old one, and one of another scope or tenant: all refused',
  'What a token may do beyond its task is what a thief gets; only the service knows its scopes.',
);

export const peersOfSocket = systemItem(
  'manual.socket-peers',
  'medium',
  year,
  'the service looks at the peer of its Unix socket (SO_PEERCRED) and refuses users not on its list',
  'Modes of files change with one command; the check of the peer stays.',
);

export const strictInput = systemItem(
  'manual.strict-input',
  'medium',
  quarter,
  'unknown members, wrong types, other content types and unbounded queries are refused',
  'What is silently ignored today is an order tomorrow, and an unbounded query is a load.',
);

export const economicInvariants = systemItem(
  'manual.economic-invariants',
  'critical',
  quarter,
  'conservation, no negative sums, exact arithmetic, and no second effect of the same run were tested',
  'Value that appears from rounding or from a repeated request is found by those who look for it.',
);

export const secretsRedacted = systemItem(
  'manual.secrets-redacted',
  'high',
  quarter,
  'logs and metrics of a day were searched for tokens, cookies and personal data: none',
  'Logs are copied to more places, and read by more people, than any key file.',
);

export const keysRotated = systemItem(
  'manual.service-keys-rotated',
  'high',
  month,
  'tokens and signing keys were rotated on time, and a revoked one was tried and refused',
  'A revocation that nobody has tried is a hope.',
);

export const dataAtRest = systemItem(
  'manual.data-at-rest',
  'medium',
  quarter,
  'what the service stores is encrypted, as little as needed, and gone after its retention',
  'What is not stored cannot be taken.',
);

export const buildStrict = systemItem(
  'manual.build-strict',
  'medium',
  quarter,
  'the build refuses unsafe code and warnings, and two builds of one commit are equal',
  'A binary that nobody else can build is trusted for its word.',
);

export const buildGated = systemItem(
  'manual.build-gated',
  'high',
  month,
  'CI fails on unpinned dependencies, refused licences and known advisories; the release has its SBOM and provenance',
  'Most of the code comes from others, and so do most of its faults.',
);

export const containerPosture = systemItem(
  'manual.container-posture',
  'medium',
  quarter,
  'where it runs in a container: read-only root, no new privileges, no capabilities, image scanned and pinned by digest',
  'What a unit of systemd confines is judged by a check; what an orchestrator does is to be seen there.',
);

export const fuzzed = systemItem(
  'manual.fuzzed',
  'medium',
  quarter,
  'property tests, fuzzing of parsers and golden vectors ran for this release; hostile people tried it this year',
  'Parsers meet strangers first.',
);

export const dependencyOutage = systemItem(
  'manual.dependency-outage',
  'high',
  quarter,
  'each dependency was taken away, slowed down, and the service restarted under load: readiness said 503, nothing was lost',
  'Failing closed shows only when something fails, and that cannot be asked from outside.',
);

export const errorsQuiet = systemItem(
  'manual.errors-quiet',
  'low',
  year,
  'errors echo no input and name no internals, and take about the same time whatever the reason',
  'A stranger learns the inside of a service from how it says no.',
);

export const alertsTried = systemItem(
  'manual.alerts-tried',
  'high',
  quarter,
  'refusals, failed logins and lost readiness are counted, and a provoked alert reached somebody',
  'An alert that nobody has seen arrive is a line in a file.',
);

export const incidentRehearsed = systemItem(
  'manual.service-incident-rehearsed',
  'medium',
  quarter,
  'narrowing the limits, holding back settlements and rotating roots was rehearsed against the clock',
  'In the hour that counts nobody learns commands.',
);

export const reviewSigned = systemItem(
  'manual.service-review',
  'medium',
  quarter,
  'the security document of the service was read against what runs, and signed off',
  'Documents age, services change.',
);

export const toolsByInterface = systemItem(
  'manual.tools-by-interface',
  'medium',
  year,
  'no tool or person reads or writes the database of the service past its interface',
  'What goes past the interface goes past its checks.',
);

export const zeroised = systemItem(
  'manual.secrets-zeroised',
  'medium',
  year,
  'secrets in memory are wiped when they are let go, as far as the language allows',
  'Freed memory is handed out again, and is in every image of the machine.',
);
