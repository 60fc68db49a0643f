import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onCalendar, parseTimeOfDay, periodStart } from '../../src/audit/schedule/calendar.ts';
import { cronPath, renderCron } from '../../src/audit/schedule/cron-line.ts';
import type { ScheduleOrder } from '../../src/audit/schedule/order.ts';
import { planInstall, planRemove, scheduleQuestions } from '../../src/audit/schedule/plan.ts';
import type { AuditProgram } from '../../src/audit/schedule/program.ts';
import { scheduleStatus } from '../../src/audit/schedule/status.ts';
import { renderService, renderTimer, unitName } from '../../src/audit/schedule/units.ts';
import type { Step } from '../../src/core/change.ts';
import type { Snapshot } from '../../src/core/fact.ts';
import { factsDigest } from '../../src/core/plan.ts';
import type { AuditSchedule } from '../../src/facts/services/audit-schedule.ts';
import { testLogin } from '../support/script-host.ts';

const order: ScheduleOrder = {
  scheduled: [{ checklist: 'weekly', cadence: 'weekly' }],
  at: { hour: 4, minute: 0 },
  user: 'root',
  home: '/root/.valops',
  config: '/etc/valops/valops.yaml',
  writes: ['/var/lib/node-exporter'],
  options: [],
};
const places = { program: undefined, fallback: undefined, config: order.config, user: 'root' };
const questions = scheduleQuestions(order.home, places);

const bare: AuditSchedule = {
  systemd: true,
  cron: { installed: true, running: true },
  files: [],
  units: [],
  home: true,
  reports: {},
  now: Date.parse('2026-11-22T00:00:00Z') / 1000,
};
const program: AuditProgram = {
  words: ['/usr/local/bin/valops'],
  version: '0.1.0',
  config: true,
  uid: 0,
  flock: '/usr/bin/flock',
  host: 'val-1',
  writable: [],
};

function snapshot(schedule: Partial<AuditSchedule> = {}, given: Partial<AuditProgram> = {}): Snapshot {
  return {
    name: 'val-1',
    gatheredAt: '2026-11-22T00:00:00.000Z',
    roundTrips: 1,
    login: testLogin,
    facts: {
      'services.audit-schedule': { known: true, value: { ...bare, ...schedule } },
      'services.audit-program': { known: true, value: { ...program, ...given } },
    },
  };
}

/** The host after the steps, as far as files and the timer go. */
function after(schedule: AuditSchedule, steps: readonly Step[]): AuditSchedule {
  let { files, units } = schedule;
  for (const step of steps) {
    if (step.step !== 'run') files = files.filter(({ path }) => path !== step.path);
    if (step.step === 'write') {
      const { path, mode, content } = step;
      const metadata = { mode, owner: 'root', group: 'root', type: 'file', modifiedAt: schedule.now } as const;
      files = [...files, { path, text: content, ...metadata }];
    }
    if (step.step === 'run' && step.argv[0] === 'systemctl' && step.argv[1] === 'enable') {
      const unit = { name: step.argv[2] ?? '', active: 'active', enabled: 'enabled', needsReload: false };
      const times = { next: schedule.now + 3600, triggered: null, result: 'success', status: 0, started: null };
      units = [
        { ...unit, ...times },
        { ...unit, ...times, name: unitName('weekly', 'service'), active: 'inactive' },
      ];
    }
    if (step.step === 'run' && step.argv.includes('valops-audit-weekly.timer') && step.argv[0] === 'sh') units = [];
  }
  return { ...schedule, files, units };
}

const installed = after(
  bare,
  planInstall(order, questions, snapshot()).changes.flatMap((change) => change.do),
);

describe('a plan of schedules', () => {
  test('installs a timer; then nothing is left to do', () => {
    const { changes, refusals } = planInstall(order, questions, snapshot());
    expect([changes.map(({ id, risk }) => [id, risk]), refusals]).toEqual([[['schedule.weekly', 'none']], []]);
    const again = planInstall(order, questions, snapshot(installed));
    expect([again.changes, again.unchanged.map(({ id }) => id)]).toEqual([[], ['schedule.weekly']]);
  });

  test('undone, and removed, it leaves what was there before', () => {
    const { changes } = planInstall(order, questions, snapshot());
    expect(
      after(
        installed,
        changes.flatMap(({ undo }) => undo),
      ),
    ).toEqual(bare);
    const removal = planRemove([], questions[0], snapshot(installed));
    const removed = after(
      installed,
      removal.changes.flatMap((change) => change.do),
    );
    expect(removed).toEqual(bare);
    expect(planRemove([], questions[0], snapshot(removed)).changes).toEqual([]);
    const back = after(
      removed,
      removal.changes.flatMap(({ undo }) => undo),
    );
    expect(back.files).toEqual(installed.files);
  });

  test('a removal takes nothing that somebody else made', () => {
    const foreign = {
      ...(installed.files[0] ?? { path: '' }),
      path: '/etc/systemd/system/valops-audit-weekly.timer.d/own.conf',
    };
    const removal = planRemove(['monthly'], questions[0], snapshot(installed));
    expect([removal.changes, removal.unchanged]).toEqual([
      [],
      [{ id: 'schedule.monthly', reason: 'it is not scheduled here' }],
    ]);
    const paths = planRemove(['weekly'], questions[0], snapshot(installed)).changes.flatMap((change) =>
      change.do.flatMap((step) => (step.step === 'remove' ? [step.path] : [])),
    );
    expect(paths).not.toContain(foreign.path);
    expect(paths).toHaveLength(3);
  });

  test.each([
    ['edited', { files: installed.files.map((file) => ({ ...file, text: `${file.text}#\n` })) }],
    ['writable by others', { files: installed.files.map((file) => ({ ...file, mode: '0666' })) }],
    ['disabled', { units: installed.units.map((unit) => ({ ...unit, enabled: 'disabled' })) }],
    ['stopped', { units: installed.units.map((unit) => ({ ...unit, active: 'inactive' })) }],
    ['not read anew', { units: installed.units.map((unit) => ({ ...unit, needsReload: true })) }],
  ])('what is %s is put right', (_name, drift) => {
    const { changes } = planInstall(order, questions, snapshot({ ...installed, ...drift }));
    expect(changes.map(({ id }) => id)).toEqual(['schedule.weekly']);
  });

  test('without systemd it is a line of cron; on a host that has both, the line goes', () => {
    const { changes } = planInstall(order, questions, snapshot({ systemd: false }));
    const lined = after(
      { ...bare, systemd: false },
      changes.flatMap((change) => change.do),
    );
    expect(lined.files.map(({ path }) => path)).toEqual([cronPath('weekly')]);
    expect(planInstall(order, questions, snapshot(lined)).changes).toEqual([]);
    const both = planInstall(order, questions, snapshot({ ...installed, files: [...installed.files, ...lined.files] }));
    expect(both.changes.map(({ id }) => id)).toEqual(['schedule.weekly-cron']);
  });

  test('a home that is missing is made, and undone only while it is empty', () => {
    const [home] = planInstall(order, questions, snapshot({ home: false })).changes;
    expect(home?.do).toEqual([
      { step: 'run', argv: ['install', '-d', '-m', '0700', '-o', 'root', '--', '/root/.valops'] },
    ]);
    expect(JSON.stringify(home?.undo)).toContain('rmdir');
  });

  test.each([
    ['SCHEDULE_NO_PROGRAM', { words: null }],
    ['SCHEDULE_DOES_NOT_START', { version: null }],
    ['SCHEDULE_NO_CONFIG', { config: false }],
    ['SCHEDULE_NO_USER', { uid: null }],
    ['SCHEDULE_NO_LOCK', { flock: null }],
    ['SCHEDULE_UNSAFE_PROGRAM', { writable: ['/opt/valops'] }],
  ])('%s: refused, and nothing is changed', (rule, given) => {
    const planned = planInstall(order, questions, snapshot({}, given));
    expect([planned.changes, planned.refusals.map((one) => one.rule)]).toEqual([[], [rule]]);
  });

  test('refused where nothing would run it, and where it is not known', () => {
    const none = planInstall(
      order,
      questions,
      snapshot({ systemd: false, cron: { installed: false, running: false } }),
    );
    expect(none.refusals.map(({ rule }) => rule)).toEqual(['SCHEDULE_NOTHING_RUNS']);
    const facts = { 'services.audit-schedule': { known: false, reason: 'needs root' } } as const;
    const unknown = planInstall(order, questions, { ...snapshot(), facts });
    expect(unknown.refusals.map(({ rule }) => rule)).toEqual(['SCHEDULE_UNKNOWN', 'SCHEDULE_UNKNOWN']);
  });

  test('a run in between makes no plan stale', () => {
    const planned = planInstall(order, questions, snapshot());
    const later = { now: bare.now + 60, reports: { weekly: bare.now } };
    expect(factsDigest(snapshot(later), planInstall(order, questions, snapshot(later)))).toBe(
      factsDigest(snapshot(), planned),
    );
  });
});

describe('status', () => {
  const days = (count: number): Partial<AuditSchedule> => ({ now: installed.now + count * 86_400 });
  const problems = (given: Partial<AuditSchedule>): readonly string[] | undefined =>
    scheduleStatus({ ...installed, ...given }, []).at(0)?.problems;

  test('just installed it is well; not run for eight days it is not', () => {
    expect(problems({})).toEqual([]);
    expect(problems(days(7))).toEqual([]);
    expect(problems(days(8))).toEqual(['it never ran, 8 days after it was installed']);
    expect(problems({ ...days(20), reports: { weekly: installed.now + 5 * 86_400 } })).toEqual([
      'its last run was 15 days ago',
    ]);
  });

  test('disabled, stopped, failed', () => {
    const timer = (given: object): Partial<AuditSchedule> => ({
      units: installed.units.map((unit) => (unit.name.endsWith('.timer') ? { ...unit, ...given } : unit)),
    });
    const service = (given: object): Partial<AuditSchedule> => ({
      units: installed.units.map((unit) => (unit.name.endsWith('.service') ? { ...unit, ...given } : unit)),
    });
    expect(problems(timer({ enabled: 'disabled' }))).toEqual([
      'valops-audit-weekly.timer is not enabled: after a boot nothing runs it',
    ]);
    expect(problems(timer({ active: 'inactive' }))).toEqual(['valops-audit-weekly.timer is inactive: nothing runs it']);
    expect(problems(timer({ next: null }))).toEqual(['valops-audit-weekly.timer will never elapse']);
    expect(problems(service({ started: installed.now, result: 'exit-code', status: 1, active: 'failed' }))).toEqual([
      'its last run failed: exit-code, exit status 1',
    ]);
    expect(problems(service({ started: installed.now, result: 'success', status: 3, active: 'activating' }))).toEqual(
      [],
    );
  });

  test('what is wanted and not there is said', () => {
    expect(scheduleStatus(bare, [{ checklist: 'monthly', cadence: 'monthly' }])).toMatchObject([
      { checklist: 'monthly', by: null, problems: ['nothing runs it'] },
    ]);
    expect(scheduleStatus(bare, [])).toEqual([]);
  });
});

describe('what is written', () => {
  test('the units hold no word that systemd would read otherwise', () => {
    const text = renderService(order, { checklist: 'weekly', cadence: 'weekly' }, ['/usr/bin/flock', 'x']);
    expect(text.match(/^ExecStart=.*$/m)?.[0]).not.toMatch(/[%$"'\\;]/);
    expect(text).toContain('ReadWritePaths=-/var/lib/node-exporter');
    expect(text).toContain('SuccessExitStatus=3');
    const timer = renderTimer(order, { checklist: 'weekly', cadence: 'weekly' });
    for (const line of ['Persistent=true', 'RandomizedDelaySec=1h', 'OnCalendar=Mon *-*-* 04:00:00 UTC'])
      expect(timer.split('\n')).toContain(line);
  });

  test('a line of cron: its own minute on each host, a sane length, one command', () => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      renderCron(order, { checklist: 'weekly', cadence: 'weekly' }, ['/usr/bin/valops', 'audit'], `val-${index}`),
    );
    expect(new Set(lines.map((line) => /^\d+ \d+/m.exec(line)?.[0])).size).toBeGreaterThan(25);
    for (const line of lines) {
      expect(/^(\d+) (\d+) \* \* \* root umask 077; nice .*--if-due$/m.exec(line)).not.toBeNull();
      expect(Math.max(...line.split('\n').map((one) => one.length))).toBeLessThan(900);
    }
  });

  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
  test.runIf(analyze)('systemd reads the calendars as they are meant (where systemd-analyze is installed)', () => {
    for (const [cadence, next] of [
      ['weekly', 'Mon 2026-11-23 04:00:00'],
      ['monthly', 'Tue 2026-12-01 04:00:00'],
      ['quarterly', 'Fri 2027-01-01 04:00:00'],
    ] as const) {
      const argv = ['calendar', '--base-time', '2026-11-22 00:00:00 UTC', onCalendar(cadence, order.at)];
      const { stdout } = spawnSync('systemd-analyze', argv, {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
      });
      expect(stdout).toContain(next);
    }
  });

  test('periods begin where the calendars of the timers do', () => {
    const start = (cadence: 'weekly' | 'monthly' | 'quarterly', time: string): string =>
      periodStart(cadence, new Date(`${time}Z`))
        .toISOString()
        .slice(0, 10);
    expect(start('weekly', '2026-11-22T23:59')).toBe('2026-11-16');
    expect(start('weekly', '2026-11-23T00:00')).toBe('2026-11-23');
    expect(start('monthly', '2028-02-29T12:00')).toBe('2028-02-01');
    expect(['01', '03', '04', '09', '12'].map((month) => start('quarterly', `2028-${month}-15T00:00`))).toEqual([
      '2028-01-01',
      '2028-01-01',
      '2028-04-01',
      '2028-07-01',
      '2028-10-01',
    ]);
    expect([parseTimeOfDay('23:59'), parseTimeOfDay('24:00'), parseTimeOfDay('4:00')]).toEqual([
      { hour: 23, minute: 59 },
      null,
      null,
    ]);
  });
});

test('what a real host answered is judged as it was: scheduled, run, and well', () => {
  const path = join(import.meta.dirname, '../facts/services/audit-schedule/debian-12-scheduled.json');
  const { value } = JSON.parse(readFileSync(path, 'utf8')) as { readonly value: AuditSchedule };
  expect(scheduleStatus(value, [])).toMatchObject([
    { checklist: 'weekly', by: 'systemd', result: 'success', problems: [] },
  ]);
});
