import type { Question } from '../../core/fact.ts';
import { daemonFunctions, refuseUnlessDone } from '../ssh-daemon.ts';
import { readSshdSettings, type SshdSettings } from '../sshd-settings.ts';

/** What sshd would do for a connection that no Match block knows. */
export const sshEffective: Question<SshdSettings> = {
  id: 'ssh.effective',
  family: 'ssh',
  title: 'effective configuration of sshd, without Match blocks',
  script: () => `${daemonFunctions}sshd_test`,
  privileged: true,
  timeout: 10,
  parse: (answer) => {
    refuseUnlessDone(answer);
    return readSshdSettings(answer.stdout);
  },
};
