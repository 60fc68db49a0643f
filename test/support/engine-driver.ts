/**
 * A program that applies to a real host over the OpenSSH client and kills itself before or after
 * its N-th script. Arguments: address, key, N, before|after, path, content, and what a step runs.
 */
export const engineDriver = `
  import { spawn } from 'node:child_process';
  import { applyPlan } from './src/core/apply.ts';
  import { applyDoors } from './test/support/apply-doors.ts';
  import { fileJob } from './test/support/file-job.ts';
  const [address, key, call, when, path, content, extra] = process.argv.slice(2);
  let number = 0;
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes'];
  const ssh = [...options.flatMap((one) => ['-o', one]), '-i', key, 'root@' + address, 'sh -s'];
  const run = (script) => new Promise((resolve) => {
    const child = spawn('ssh', ssh, { stdio: ['pipe', 'pipe', 'inherit'] });
    const out = [];
    child.stdout.on('data', (bytes) => out.push(bytes));
    child.on('close', (exitCode) => resolve({ exitCode, stdout: Buffer.concat(out), stderr: Buffer.alloc(0) }));
    child.stdin.end(script);
  });
  const die = () => process.kill(process.pid, 'SIGKILL');
  const host = {
    name: address, kind: 'ssh', login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
    async run({ script }) {
      const mine = number++;
      if (mine === Number(call) && when === 'before') die();
      const result = await run(script);
      if (mine === Number(call) && when === 'after') die();
      return result;
    },
    reconnect: async () => host,
    close: async () => undefined,
  };
  // every login of this host is a new one
  host.reconnect = async () => ({ ...host });
  const reload = { step: 'run', argv: ['systemctl', 'reload', 'ssh'] };
  const after = extra === undefined ? [reload] : [reload, { step: 'run', argv: ['sh', '-c', extra] }];
  const job = fileJob({ path, content, after, undo: [reload] });
  await applyPlan(host, job, { confirmWithin: 10, manualConfirm: false }, applyDoors());
  process.exitCode = 9;
`;
