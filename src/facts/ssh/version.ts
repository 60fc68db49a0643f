import type { Question } from '../../core/fact.ts';

export interface SshVersion {
  /** As sshd prints it, for example `OpenSSH_9.2p1 Debian-2+deb12u7`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/**
 * Version of the installed sshd. Before 9.0 there is no `-V`; the usage text it answers with
 * carries the version just so.
 */
export const sshVersion: Question<SshVersion> = {
  id: 'ssh.version',
  family: 'ssh',
  title: 'version of the installed OpenSSH server',
  script: () => "command -v sshd >/dev/null || { echo 'sshd is not installed'; exit 127; }\nsshd -V 2>&1",
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const version = /^(OpenSSH_(\d+)\.(\d+)[^,\n]*)/m.exec(stdout);
    if (version === null) throw new Error(stdout.trim().split('\n').at(-1) || 'sshd told no version');
    return { text: version[1] ?? '', major: Number(version[2]), minor: Number(version[3]) };
  },
};
