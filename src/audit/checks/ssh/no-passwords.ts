import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['passwordauthentication', 'kbdinteractiveauthentication']);

export const noPasswords = settingsCheck(
  {
    id: 'ssh.no-passwords',
    title: 'sshd takes no passwords',
    why: 'Passwords are guessed day and night; one that is guessed on a validator is its identity key, and what it earns, in other hands.',
    severity: 'high',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
