import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['hostkeyalgorithms', 'casignaturealgorithms']);

export const hostKeyAlgorithms = settingsCheck(
  {
    id: 'ssh.host-key-algorithms',
    title: 'the host proves itself by the wanted algorithms only',
    why: 'Signatures with SHA-1 can be forged with money a validator is worth; then somebody else is the host.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
