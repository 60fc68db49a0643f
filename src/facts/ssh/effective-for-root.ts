import type { Question } from '../../core/fact.ts';
import { askForConnection, type EffectiveFor, readEffectiveFor } from '../ssh-connection.ts';
import { daemonFunctions, refuseUnlessDone } from '../ssh-daemon.ts';

/** What sshd would do for root, coming from where the login in use comes from. */
export const sshEffectiveForRoot: Question<EffectiveFor> = {
  id: 'ssh.effective-for-root',
  family: 'ssh',
  title: 'effective configuration of sshd for root, Match blocks included',
  script: (login) => daemonFunctions + askForConnection(login, 'root'),
  privileged: true,
  timeout: 10,
  parse: (answer) => {
    refuseUnlessDone(answer);
    return readEffectiveFor(answer.stdout);
  },
};
