import { base58, base64, base64url } from '@scure/base';

/** A needle and what it is, for messages; never print the needle itself. */
export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A secret in every form in which it could turn up: raw, hex, base64 at each alignment, base58, JSON numbers. */
export function formsOf(name: string, secret: Uint8Array): readonly Needle[] {
  const hex = Buffer.from(secret).toString('hex');
  const texts: [string, string][] = [
    ['hex', hex],
    ['upper-case hex', hex.toUpperCase()],
    ['base58', base58.encode(secret)],
    ['JSON numbers', secret.join(',')],
    ['JSON numbers with spaces', secret.join(', ')],
  ];
  for (const shift of [0, 1, 2]) {
    const shifted = new Uint8Array(shift + secret.length);
    shifted.set(secret, shift);
    // the digits which a neighbour byte could change are cut off on both sides
    const from = Math.ceil((shift * 4) / 3);
    const to = Math.floor((shifted.length * 4) / 3);
    for (const [alphabet, coder] of [
      ['base64', base64],
      ['base64url', base64url],
    ] as const) {
      texts.push([`${alphabet} at ${shift}`, coder.encode(shifted).slice(from, to)]);
    }
  }
  return [
    { name: `${name}, raw`, bytes: Buffer.from(secret) },
    ...texts.map(([form, text]) => ({ name: `${name}, ${form}`, bytes: Buffer.from(text) })),
  ];
}

/** The names of the needles that occur in a haystack. */
export function found(needles: readonly Needle[], haystack: Buffer): readonly string[] {
  return needles.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => name);
}
