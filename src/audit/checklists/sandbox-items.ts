import { quarter, year, systemItem } from './system-item.ts';

export const floodsMet = systemItem(
  'manual.floods-met',
  'medium',
  year,
  'who takes a flood of traffic, upstream of the host, is agreed, and the number to call was tried',
  'A host cannot filter what fills its line.',
);

export const walletLogin = systemItem(
  'manual.wallet-login',
  'high',
  quarter,
  'a login signed by a wallet was tried twice, late, and for another origin: refused each time',
  'A signature over words that do not name the place and the moment opens other doors as well.',
);

export const landlockInside = systemItem(
  'manual.landlock-inside',
  'high',
  quarter,
  'a job of the sandbox tried to read and write outside of its directory, and was refused',
  'A Landlock ruleset that a program lays on itself is seen nowhere in /proc: only a try shows it.',
);

export const sandboxEscaped = systemItem(
  'manual.sandbox-tried',
  'critical',
  quarter,
  'a hostile model or job was run: other processes, the network, the kernel and the keys were out of its reach',
  'The sandbox is the product: it is tried by us, or by others.',
);

export const stakesAndSlashing = systemItem(
  'manual.stakes-and-slashing',
  'high',
  quarter,
  'stakes, the conditions of slashing and the guard against signing twice were read against what runs',
  'A validator that signs twice by mistake pays like one that did it on purpose.',
);

export const escrowTried = systemItem(
  'manual.escrow-tried',
  'high',
  quarter,
  'payments in escrow were released, refused and timed out in a test, and the sums came out even',
  'Money between two parties is lost at the edges.',
);

export const resultsProven = systemItem(
  'manual.results-proven',
  'high',
  quarter,
  'results with an altered byte, signature, key or digest were given to whoever verifies them: refused',
  'secp256k1 has more than one signature for one message, and libraries differ in what they take.',
);

export const threatsReviewed = systemItem(
  'manual.threats-reviewed',
  'medium',
  year,
  'assets, attackers, their ways and the answer to each were read against the system as it is',
  'Documents age, systems change.',
);

export const reportsArrive = systemItem(
  'manual.reports-arrive',
  'medium',
  quarter,
  'a report to the published address for faults reached somebody, and was answered in the promised time',
  'Whoever finds a fault tells you once.',
);
