import { describe } from 'vitest';
import { describeHost, exchanges } from '../contracts/host.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addressOf, makeHosts, reaching } from '../support/hosts.ts';
import { freePort, sshdProgram, startSshd } from '../support/sshd.ts';

describeHost('this machine', async () => ({
  host: await makeHosts().hosts.connect(undefined),
  processesVisible: true,
  stop: () => Promise.resolve(),
}));

describeHost('the fake of the tests', () => {
  const answers = [
    ...exchanges,
    // what the rest of the suite asks
    { script: 'id -un', stdout: 'root\n' },
    { script: /^sleep \d+ & sleep \d+$/, takes: 900_000_000 },
    ...[1, 2, 3, 4, 5].map((n) => ({ script: `echo ${n}; exit ${n}`, exitCode: n, stdout: `${n}\n` })),
    ...[7, 8].map((exitCode) => ({ script: `exit ${exitCode}`, exitCode })),
  ];
  const host = fakeHost(answers, { sshdPort: 22 });
  const stop = (): Promise<void> => Promise.resolve();
  return Promise.resolve({ host, processesVisible: false, logins: host.logins, sshdPort: 22, silentPort: 23, stop });
});

describe.runIf(sshdProgram !== undefined)('over SSH (needs sshd)', () => {
  for (const transport of ['ssh2', 'openssh'] as const) {
    describeHost(transport, async () => {
      const sshd = await startSshd();
      const { hosts } = makeHosts({ ...reaching(sshd), transport });
      return {
        host: await hosts.connect(addressOf(sshd)),
        processesVisible: true,
        logins: () => sshd.log().split('Accepted publickey').length - 1,
        sshdPort: sshd.port,
        silentPort: await freePort(),
        stop: sshd.stop,
      };
    });
  }
});
