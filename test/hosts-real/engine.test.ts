import { afterAll, describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/core/apply.ts';
import { guardStatus } from '../../src/core/guard/status.ts';
import { applyDoors } from '../support/apply-doors.ts';
import { fileJob } from '../support/file-job.ts';
import { freshHost, hostsReason, hostsWanted, removeHost } from '../support/real-host.ts';

const number = 1;
const path = '/etc/ssh/sshd_config.d/10-test.conf';
const automatic = { confirmWithin: 30, manualConfirm: false };

describe.runIf(hostsWanted)(`the engine on a real host (${hostsReason})`, () => {
  afterAll(() => removeHost(number));

  test('applies, proves it by a new login, confirms, leaves nothing behind; a second run is empty', async () => {
    const host = freshHost(number);
    const connection = await host.connect();
    const job = fileJob({
      path,
      content: 'MaxAuthTries 3\n',
      after: [{ step: 'run', argv: ['systemctl', 'reload', 'ssh'] }],
      undo: [{ step: 'run', argv: ['systemctl', 'reload', 'ssh'] }],
    });
    const report = await applyPlan(connection, job, automatic, applyDoors());
    expect(report).toMatchObject({ verdict: 'applied', verified: true, confirmed: true, failure: null });
    expect(report.guard?.coversReboot).toBe(true);
    expect(host.console(`cat ${path}; sshd -T | grep -i maxauthtries`)).toBe('MaxAuthTries 3\nmaxauthtries 3');
    expect(host.console('systemctl list-units --all "valops*" --no-legend; ls /etc/systemd/system | grep valops || true')).toBe('');
    expect(await guardStatus(connection)).toMatchObject({ state: 'confirmed', applied: 'ok', actor: 'tester@laptop' });
    const again = await applyPlan(connection, job, automatic, applyDoors());
    expect(again).toMatchObject({ verdict: 'nothing-to-do', verified: true, guard: null });
    await connection.close();
  });
});
