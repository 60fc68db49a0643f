import type { Identity } from './identity.ts';
import type { PluginDoors } from './plugin-doors.ts';
import { pluginFailed, runPlugin } from './plugin-session.ts';

const fileKeySize = 16;

/** Identity served by a plugin (C2SP age-plugin, identity-v1). `text` is its `AGE-PLUGIN-…` line. */
export function pluginIdentity(name: string, text: string, source: string, doors: PluginDoors): Identity {
  return {
    recipient: undefined,
    source: `${source}, age-plugin-${name}`,
    unwrapFileKey: async (stanzas) => {
      let fileKey: Uint8Array | undefined;
      const errors = await runPlugin(
        name,
        'identity-v1',
        [
          { args: ['add-identity', text] },
          ...stanzas.map(({ args, body }) => ({ args: ['recipient-stanza', '0', ...args], body })),
          { args: ['done'] },
        ],
        ({ args: [command, index, ...more], body }) => {
          if (command !== 'file-key') return 'unsupported';
          if (index !== '0' || more.length > 0 || fileKey !== undefined || body.length !== fileKeySize) {
            throw new Error('malformed file-key');
          }
          fileKey = body;
          return 'handled';
        },
        doors,
      );
      if (fileKey !== undefined) return fileKey;
      const [error] = errors;
      if (error !== undefined) throw pluginFailed(name, error);
      return null;
    },
  };
}
