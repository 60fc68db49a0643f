import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/core/change.ts';
import type { SshUnit } from '../../src/facts/ssh/unit.ts';
import { reloadSsh } from '../../src/ssh/reload.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Stands in for systemctl: a unit is active while a file of its name is there; `dies` makes a reload end it. */
const systemctl = `#!/bin/sh
echo "$*" >>"$UNITS/said"
verb=$1
shift
[ "$1" != -q ] || shift
case $verb in
  is-active) [ -e "$UNITS/$1" ] ;;
  reload) [ -e "$UNITS/$1" ] && [ ! -e "$UNITS/broken" ] || exit 1; [ ! -e "$UNITS/dies" ] || rm "$UNITS/$1" ;;
  start) touch "$UNITS/$1" ;;
  stop) rm -f "$UNITS/$1" ;;
esac
`;

const unit = (name: string, active: string) =>
  ({
    name,
    active,
    load: 'loaded',
    enabled: 'enabled',
    file: null,
    dropIns: [],
    listen: [],
    needsReload: false,
  }) as const;

function host(active: readonly string[]): {
  readonly run: (step: Step) => number | null;
  readonly isActive: (name: string) => boolean;
  readonly dies: () => void;
  readonly breaks: () => void;
  readonly said: () => string;
} {
  const units = temporaryDirectory();
  writeFileSync(join(units, 'systemctl'), systemctl, { mode: 0o755 });
  for (const name of ['sleep', 'mkdir']) writeFileSync(join(units, name), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(units, 'sshd'), '#!/bin/sh\n[ ! -e "$UNITS/broken" ]\n', { mode: 0o755 });
  for (const name of active) writeFileSync(join(units, name), '');
  return {
    run(step) {
      if (step.step !== 'run') throw new Error('a program was expected');
      const [program, ...rest] = step.argv;
      return spawnSync(program, rest, { env: { PATH: `${units}:/usr/bin:/bin`, UNITS: units } }).status;
    },
    isActive: (name) => existsSync(join(units, name)),
    dies: () => execFileSync('touch', [join(units, 'dies')]),
    breaks: () => execFileSync('touch', [join(units, 'broken')]),
    said: () => readFileSync(join(units, 'said'), 'utf8'),
  };
}

describe('sshd reads its configuration again', () => {
  const facts = { socketGenerated: false, options: '', listeners: [] } as const;
  const ofService: SshUnit = {
    ...facts,
    units: [unit('ssh.service', 'active'), unit('ssh.socket', 'inactive')],
    socketActivated: false,
  };
  const ofSocket: SshUnit = {
    ...facts,
    units: [unit('ssh.service', 'active'), unit('ssh.socket', 'active')],
    socketActivated: true,
  };

  test('a service is reloaded, and nothing else', () => {
    const { run, said, isActive } = host(['ssh.service']);
    const steps = reloadSsh(ofService, '/none');
    expect([run(steps.do), run(steps.undo), isActive('ssh.service')]).toEqual([0, 0, true]);
    expect(said()).not.toMatch(/^(stop|start|restart)/m);
  });

  test('a service that ends by the reload fails the change; the undo starts it again', () => {
    const { run, dies, isActive } = host(['ssh.service']);
    dies();
    const steps = reloadSsh(ofService, '/none');
    expect(run(steps.do)).not.toBe(0);
    expect(isActive('ssh.service')).toBe(false);
    expect([run(steps.undo), isActive('ssh.service')]).toEqual([0, true]);
    // a second pass, and one in which the reload of the undo ends it
    expect([run(steps.undo), isActive('ssh.service')]).toEqual([0, true]);
  });

  test.each([
    ['a service', ofService],
    ['a socket', ofSocket],
  ])(
    '%s: where somebody broke the files meanwhile, sshd serves on, and the undo does not claim to be done',
    (_, unitOf) => {
      const { run, breaks, isActive } = host(['ssh.service', 'ssh.socket']);
      breaks();
      expect(run(reloadSsh(unitOf, '/none').undo)).not.toBe(0);
      expect([isActive('ssh.service'), isActive('ssh.socket')]).toEqual([true, true]);
    },
  );

  test('a service that did not run when the plan was made is not started', () => {
    const { run, isActive } = host([]);
    const stopped = { ...ofService, units: [unit('ssh.service', 'inactive')] };
    const steps = reloadSsh(stopped, '/none');
    expect([run(steps.do), run(steps.undo), isActive('ssh.service')]).toEqual([0, 0, false]);
  });

  test('where systemd holds the port, sshd is stopped and not reloaded, and the socket listens on', () => {
    const { run, said, isActive } = host(['ssh.service', 'ssh.socket']);
    const steps = reloadSsh(ofSocket, '/none');
    expect([run(steps.do), isActive('ssh.service'), isActive('ssh.socket')]).toEqual([0, false, true]);
    expect(said()).not.toContain('reload ');
  });

  test('a socket that is gone fails the change; the undo has it listen again', () => {
    const { run, isActive } = host(['ssh.service']);
    const steps = reloadSsh(ofSocket, '/none');
    expect(run(steps.do)).not.toBe(0);
    expect([run(steps.undo), isActive('ssh.socket')]).toEqual([0, true]);
  });
});
