import type { Question } from '../../core/fact.ts';

/** The program that let this login in. */
export interface SshServer {
  /** As the kernel names it: `sshd`, `sshd-session`, `dropbear`; null for a login that came by none of them. */
  readonly program: string | null;
}

/** Which SSH server serves the login: the nearest of our own ancestors that is one. */
export const sshServer: Question<SshServer> = {
  id: 'ssh.server',
  family: 'ssh',
  title: 'the program that serves this login: OpenSSH or another',
  script: () => `process=$$
while [ "\${process:-0}" -gt 1 ] && read -r name <"/proc/$process/comm"; do
  case $name in sshd* | dropbear* | tinysshd* | lshd*)
    printf '%s\\n' "$name"
    exit
    ;;
  esac
  process=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status")
done
echo none`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout, stderr }) => {
    const name = stdout.trim();
    if (name === '') throw new Error(stderr.trim() || 'the processes above this one are not to be seen');
    return { program: name === 'none' ? null : name };
  },
};
