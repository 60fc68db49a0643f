import type { Step } from './steps.ts';

/** What a log of the OpenSSH client at DEBUG1 tells. The newest step that it saw comes last. */
const signs: readonly (readonly [RegExp, Step])[] = [
  [/^debug1: (Connecting to|Executing proxy command)/m, 'TCP connection'],
  [/^debug1: (Connection established|Local version string)/m, 'identification of the server'],
  [/^debug1: Remote protocol version/m, 'key exchange'],
  [/^debug1: SSH2_MSG_NEWKEYS received/m, 'authentication'],
];

/** The step a connection is in. */
export function stepOf(log: string): Step {
  return signs.findLast(([sign]) => sign.test(log))?.[1] ?? 'TCP connection';
}

/** `SHA256:…` of the user key that the host accepted. */
export function acceptedKey(log: string): string | undefined {
  return [...log.matchAll(/^debug1: Server accepts key: .*(SHA256:[A-Za-z0-9+/]+)/gm)].at(-1)?.[1];
}

/** `SHA256:…` of the user keys that were offered. */
export function offeredKeys(log: string): readonly string[] {
  return [...log.matchAll(/^debug1: Offering public key: .*(SHA256:[A-Za-z0-9+/]+)/gm)].map((match) => match[1] ?? '');
}

/** Why a key that the host accepted did not sign: its token is away, its agent declined. */
export function unsigned(log: string): string | undefined {
  return /^sign_and_send_pubkey: signing failed for .*: (.+?)\r?$/m.exec(log)?.[1];
}

/** The last thing the client said that is no debugging. */
export function lastWords(log: string): string | undefined {
  return log
    .split(/\r?\n/)
    .findLast((line) => line.trim() !== '' && !/^debug\d: /.test(line) && !line.startsWith('OpenSSH_'))
    ?.trim();
}

/** What the other side said instead of identifying itself; empty when it said nothing, or went on as it should. */
export function saidInstead(log: string): string {
  if (/^debug1: Remote protocol version/m.test(log)) return '';
  return /^debug1: kex_exchange_identification: banner line 0: (.*?)\r?$/m.exec(log)?.[1] ?? '';
}

/** Whether the host itself reported this exit status: 255 is also what the client says of its own failures. */
export function reportedExit(log: string, exitCode: number): boolean {
  return new RegExp(`Received exit status from master ${exitCode}\\b`).test(log);
}
