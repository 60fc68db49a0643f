import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/core/fact.ts';
import { gather } from '../../src/core/gather.ts';
import { questions } from '../../src/facts/registry.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 7;
const options = {
  clock: { now: () => new Date(), monotonic: () => performance.now() },
  randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
};

/** Facts that may differ from one moment to the next; of others, the clock and the room on the disk do. */
const moving = /^(system\.clock|ssh\.last-use)$/;
const settled = ({ facts }: Snapshot): object => {
  const still = Object.fromEntries(Object.entries(facts).filter(([id]) => !moving.test(id)));
  return JSON.parse(JSON.stringify(still, (name, value) => (['now', 'free'].includes(name) ? 0 : value))) as object;
};

/** Every file with its times and mode, but for what logging in and running programs leaves behind anyway. */
const tree =
  'find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /var/log -o -path /run/log -o -path /run/systemd ' +
  '-o -path /run/user -o -path /run/dbus -o -path /run/sudo -o -path /var/lib/sudo -o -path /run/utmp \\) -prune -o ' +
  "! -path / ! -path /run -printf '%p %m %U %G %s %T@ %C@\\n' | sort | sha256sum; find / -xdev -newer /var/tmp/mark -printf '%p %C@\\n' 2>/dev/null | " +
  "grep -Ev '^/(proc|sys|dev|run|var/log|var/lib/sudo)' | sort";

describe.runIf(hostsWanted)(`facts of a real host (${hostsReason})`, () => {
  let host: RealHost;
  beforeAll(() => {
    host = freshHost(number);
    host.console('touch /var/tmp/mark; sleep 1');
  });
  afterAll(() => removeHost(number));

  test('all are known, in one round trip, the same for root and by sudo', async () => {
    const connections = [await host.connect('root'), await host.connect('ops')];
    // a login mounts a directory of its own, and the first sudo of a user leaves a file in the home
    await connections[1]?.run({ script: ':', as: 'root', timeout: 10_000 });
    const snapshots = [];
    for (const connection of connections) snapshots.push(await gather(connection, questions, options));
    for (const connection of connections) await connection.close();
    const [root, ops] = snapshots as [Snapshot, Snapshot];
    expect(Object.entries(root.facts).filter(([, { known }]) => !known)).toEqual([]);
    expect(Object.entries(ops.facts).filter(([, { known }]) => !known)).toEqual([]);
    // who asks, and how: the processes are those of the asking as well
    const ofLogin = ['system.session', 'ssh.effective-for-login', 'services.processes'];
    const common = (snapshot: Snapshot): object =>
      Object.fromEntries(Object.entries(settled(snapshot)).filter(([id]) => !ofLogin.includes(id)));
    expect(common(ops)).toEqual(common(root));
  });

  test('asking changes nothing, even when it is cut off half way', async () => {
    const connection = await host.connect();
    await gather(connection, questions, options);
    const before = host.console(tree);
    const rules = host.console('nft list ruleset; lsmod | sort; ls /run');
    await gather(connection, questions, options);
    const cut = await host.connect();
    const asked = gather(cut, questions, options).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await cut.close();
    await asked;
    expect(host.console(tree)).toBe(before);
    expect(host.console('nft list ruleset; lsmod | sort; ls /run')).toBe(rules);
    const left = "ps -eo args | grep '[t]imeout -s KILL'";
    expect(
      host.console(`for i in 1 2 3 4 5 6 7 8 9 10; do ${left} >/dev/null || break; sleep 0.5; done; ${left} || true`),
    ).toBe('');
    await connection.close();
  });

  test('without sudo, what needs root says so, and the rest is known', async () => {
    host.console('mv /etc/sudoers.d/ops /root/');
    const connection = await host.connect('ops');
    const { facts } = await gather(connection, questions, options);
    await connection.close();
    host.console('mv /root/ops /etc/sudoers.d/');
    const reason = 'needs root: sudo -n is not allowed for "ops"';
    const of = (privileged: boolean): unknown[] =>
      questions.filter((one) => one.privileged === privileged).map(({ id }) => facts[id]);
    expect(of(true)).toEqual(of(true).map(() => ({ known: false, reason })));
    expect(of(false).filter((fact) => (fact as { known: boolean }).known !== true)).toEqual([]);
  });

  test('a stopped program of the host costs its own fact only', async () => {
    host.console("printf '#!/bin/sh\\nsleep 1000\\n' >/usr/local/sbin/nft; chmod 755 /usr/local/sbin/nft");
    const connection = await host.connect();
    const few = questions.filter(({ family }) => family === 'firewall').map((one) => ({ ...one, timeout: 2 }));
    const { facts } = await gather(connection, few, options);
    await connection.close();
    host.console('rm /usr/local/sbin/nft');
    expect(facts['firewall.nft']).toEqual({ known: false, reason: 'killed: no answer within 2 s' });
    expect(facts['firewall.boot']).toMatchObject({ known: true });
    expect(host.console("pgrep -fc '[s]leep 1000' || true")).toBe('0');
  });
});
