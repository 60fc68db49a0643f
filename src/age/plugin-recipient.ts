import { Stanza } from 'age-encryption';
import type { PluginDoors } from './plugin-doors.ts';
import { pluginFailed, runPlugin } from './plugin-session.ts';
import type { PluginCommand } from './plugin-session.ts';
import { fingerprintOf } from './recipient.ts';
import type { Recipient } from './recipient.ts';

/**
 * Recipient served by a plugin (C2SP age-plugin, recipient-v1). `add` says whether `text` is a
 * recipient, or an identity whose recipient only the plugin knows; an identity is not shown.
 */
export function pluginRecipient(
  name: string,
  text: string,
  add: 'add-recipient' | 'add-identity',
  doors: PluginDoors,
): Recipient {
  let labels: readonly string[] = [];
  return {
    type: name,
    text: add === 'add-recipient' ? text : '',
    fingerprint: fingerprintOf(text),
    get labels() {
      return labels;
    },
    wrapFileKey: async (fileKey) => {
      const wrapped = await wrap(name, [add, text], fileKey, doors);
      labels = wrapped.labels;
      return wrapped.stanzas;
    },
  };
}

async function wrap(
  name: string,
  add: readonly string[],
  fileKey: Uint8Array,
  doors: PluginDoors,
): Promise<{ readonly stanzas: readonly Stanza[]; readonly labels: readonly string[] }> {
  const stanzas: Stanza[] = [];
  let labels: readonly string[] | undefined;
  const commands: readonly PluginCommand[] = [
    { args: add },
    { args: ['wrap-file-key'], body: fileKey },
    { args: ['extension-labels'] },
    { args: ['done'] },
  ];
  const errors = await runPlugin(
    name,
    'recipient-v1',
    commands,
    ({ args: [command, ...args], body }) => {
      if (command === 'recipient-stanza') {
        const [index, ...stanzaArgs] = args;
        if (index !== '0' || stanzaArgs.length === 0) throw new Error('malformed recipient-stanza');
        stanzas.push(new Stanza(stanzaArgs, body));
        return 'handled';
      }
      if (command === 'labels') {
        if (labels !== undefined) throw new Error('labels sent twice');
        labels = args;
        return 'handled';
      }
      return 'unsupported';
    },
    doors,
  );
  const [error] = errors;
  if (error !== undefined) throw pluginFailed(name, error);
  if (stanzas.length === 0) throw pluginFailed(name, 'it returned no stanza');
  return { stanzas, labels: labels ?? [] };
}
