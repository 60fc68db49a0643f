import type { Question } from '../../core/fact.ts';

/** What root's ssh would do on its way out. */
export interface SshClient {
  /** Null where no ssh is installed. Names in lower case, as `ssh -G` prints them. */
  readonly settings: Readonly<Record<string, string>> | null;
}

const asked = ['stricthostkeychecking', 'forwardagent', 'userknownhostsfile', 'permitlocalcommand', 'proxycommand'];

/** Asks ssh how it would connect to a host that nobody named. It connects to none. */
export const sshClient: Question<SshClient> = {
  id: 'ssh.client',
  family: 'ssh',
  title: 'how ssh would connect from this host: host keys, agent',
  script: () => `command -v ssh >/dev/null || { echo none; exit 0; }
HOME=/root ssh -G valops-audit.invalid`,
  privileged: true,
  timeout: 5,
  parse: ({ stdout, stderr, exitCode }) => {
    if (stdout.trim() === 'none') return { settings: null };
    if (exitCode !== 0) throw new Error(`ssh -G ended with ${exitCode}: ${stderr.trim()}`);
    const pairs = stdout.split('\n').map((line): readonly [string, string] => {
      const blank = line.indexOf(' ');
      return [line.slice(0, blank), line.slice(blank + 1)];
    });
    const settings = pairs.filter(([name]) => asked.includes(name));
    if (settings.length === 0) throw new Error('ssh -G is not understood');
    return { settings: Object.fromEntries(settings) };
  },
};
