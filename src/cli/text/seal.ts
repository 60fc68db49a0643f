import type { Inspection } from '../../age/inspect.ts';

/** An inspection as aligned lines for people. Sizes in bytes. */
export function describeSeal(inspection: Inspection): string {
  const rows: readonly (readonly [string, string])[] = [
    ['version', inspection.version],
    ['armor', inspection.armored ? 'yes' : 'no'],
    ['post-quantum', inspection.postQuantum ? 'yes' : 'no'],
    ...inspection.recipients.map((recipient): [string, string] => {
      const { type, ...public_ } = recipient;
      const details = Object.entries(public_).map(([name, value]) => `${name} ${String(value)}`);
      return ['recipient', [type, ...details].join(', ')];
    }),
    ['header', `${inspection.headerSize} bytes`],
    ['payload', `${inspection.payloadSize} bytes`],
    ['plaintext', `${inspection.plaintextSize} bytes`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(13)} ${value}\n`).join('');
}
