/**
 * Stands in for a validator's own generator when the kind `command` is rehearsed: it leaves a key
 * in its data directory and prints a JSON line, as arch-valops describes for `validator
 * --generate-peer-id`. CommonJS source, run by the same runtime.
 */
export const generatorSource = `
const { createECDH } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const key = createECDH('secp256k1');
key.generateKeys();
const secret = key.getPrivateKey('hex').padStart(64, '0');
writeFileSync(join(process.argv[2], 'identity-secret'), secret, { mode: 0o600 });
console.log(JSON.stringify({ peer_id: 'rehearsal-' + key.getPublicKey('hex', 'compressed'), secret_key: secret }));
`;

/** Options of \`identity generate --kind command\` that drive it. */
export function generatorArguments(runtime: string, script: string): readonly string[] {
  return [
    ...['--generator', `"${runtime}" "${script}" {dir}`],
    ...['--secret-pattern', '"secret_key":"([0-9a-f]{64})"'],
    ...['--public-pattern', '"peer_id":"([^"]+)"'],
  ];
}
