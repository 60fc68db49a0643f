import type { Question } from '../../core/fact.ts';
import { askForConnection, type EffectiveFor, readEffectiveFor } from '../ssh-connection.ts';
import { daemonFunctions, refuseUnlessDone } from '../ssh-daemon.ts';

/** What sshd would do for the login in use, should it come again. */
export const sshEffectiveForLogin: Question<EffectiveFor> = {
  id: 'ssh.effective-for-login',
  family: 'ssh',
  title: 'effective configuration of sshd for the login in use, Match blocks included',
  script: (login) => daemonFunctions + askForConnection(login, login.user),
  privileged: true,
  timeout: 10,
  parse: (answer) => {
    refuseUnlessDone(answer);
    return readEffectiveFor(answer.stdout);
  },
};
