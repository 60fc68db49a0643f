import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareEntries } from '../../src/audit/baseline/compare.ts';
import type { Baseline } from '../../src/audit/baseline/document.ts';
import { sortEntries, type BaselineEntry } from '../../src/audit/baseline/entry.ts';
import { baselineDigest, encodeBaseline, parseBaseline } from '../../src/audit/baseline/file.ts';
import { listenersSection } from '../../src/audit/baseline/sections/listeners.ts';
import { baselineSections } from '../../src/audit/baseline/sections/registry.ts';
import { rulesSection } from '../../src/audit/baseline/sections/rules.ts';
import type { BaselineSection } from '../../src/audit/baseline/section.ts';
import type { Snapshot } from '../../src/core/fact.ts';
import type { ListeningSocket } from '../../src/facts/listening-socket.ts';
import { auditPolicy } from '../support/audit-policy.ts';

const word = fc.string({ minLength: 1, maxLength: 4 });
const entry = fc.record(
  { key: word, value: fc.oneof(fc.string(), fc.array(word, { maxLength: 4 })), file: fc.string(), within: word },
  { requiredKeys: ['key', 'value'] },
) as fc.Arbitrary<BaselineEntry>;
const entries = fc.array(entry, { maxLength: 12 }).map(sortEntries);

const policy = auditPolicy();
function read(section: BaselineSection, facts: Readonly<Record<string, unknown>>): readonly BaselineEntry[] {
  const snapshot: Snapshot = {
    name: 'val-1',
    gatheredAt: '2026-11-22T00:00:00.000Z',
    roundTrips: 1,
    login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
    facts: Object.fromEntries(Object.entries(facts).map(([id, value]) => [id, { known: true as const, value }])),
  };
  const fact = section.read(snapshot, policy);
  if (!fact.known) throw new Error(fact.reason);
  return fact.value;
}

describe('comparing', () => {
  test('what is equal does not differ, in whatever order it is listed', () => {
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list.toSorted(() => (random.next().value % 3) - 1);
        expect(compareEntries(list, list)).toEqual([]);
        expect(compareEntries(list, shuffled)).toEqual([]);
        expect(sortEntries(shuffled)).toEqual(list);
        expect(new Set(list.map(({ key }) => key)).size).toBe(list.length);
      }),
    );
  });

  test('one entry that comes, goes or changes is told, once, and both ways', () => {
    fc.assert(
      fc.property(entries, word, fc.string(), fc.string(), (list, name, one, other) => {
        const key = `a new ${name}`;
        const file = '/etc/x:3';
        const more = sortEntries([...list, { key, value: one, file }]);
        expect(compareEntries(list, more)).toEqual([{ kind: 'added', key, after: one, file }]);
        expect(compareEntries(more, list)).toEqual([{ kind: 'removed', key, before: one, file }]);
        const changed = sortEntries([...list, { key, value: other, file: '/etc/x:4' }]);
        expect(compareEntries(more, changed)).toEqual(
          one === other ? [] : [{ kind: 'changed', key, before: one, after: other, file: '/etc/x:4' }],
        );
      }),
    );
  });

  test('lines that move because one was put before them are the same; two that change places are not', () => {
    const rules = (...names: readonly string[]): readonly BaselineEntry[] =>
      sortEntries([
        ...names.map((key, index) => ({ key, value: '', file: `/etc/x:${index + 1}` })),
        { key: 'order', value: names },
      ]);
    expect(compareEntries(rules('a', 'b'), rules('new', 'a', 'b')).map(({ key }) => key)).toEqual(['new']);
    expect(compareEntries(rules('a', 'b'), rules('b')).map(({ key }) => key)).toEqual(['a']);
    expect(compareEntries(rules('a', 'b', 'c'), rules('b', 'a', 'c'))).toEqual([
      { kind: 'changed', key: 'order', before: 'a → b → c', after: 'b → a → c' },
    ]);
  });

  test('a file that comes is one change, however many lines it has', () => {
    const file = (path: string, ...lines: readonly string[]): readonly BaselineEntry[] => [
      { key: path, value: 'file', file: path },
      ...lines.map((line, index) => ({ key: `${path} ${line}`, value: '', file: `${path}:${index}`, within: path })),
    ];
    expect(compareEntries([], sortEntries(file('/etc/a', 'x', 'y'))).map(({ key }) => key)).toEqual(['/etc/a']);
    expect(compareEntries(file('/etc/a', 'x'), file('/etc/a', 'x', 'y')).map(({ key }) => key)).toEqual(['/etc/a y']);
  });
});

describe('the file', () => {
  const baseline = fc.record({
    schema: fc.constant('valops/audit-baseline/1' as const),
    host: fc.string(),
    acceptedAt: fc.constant('2026-11-22T00:00:00.000Z'),
    acceptedBy: fc.string(),
    tool: fc.string(),
    sections: fc.dictionary(
      fc.stringMatching(/^[a-z-]{1,12}$/),
      fc.oneof(
        fc.record({ known: fc.constant(true as const), entries }),
        fc.record({ known: fc.constant(false as const), reason: fc.string() }),
      ),
    ),
  }) as fc.Arbitrary<Baseline>;

  test('is read as it was written, and its digest is that of the bytes', () => {
    fc.assert(
      fc.property(baseline, (one) => {
        const bytes = encodeBaseline(one);
        const again = parseBaseline(bytes);
        expect(again).toEqual(JSON.parse(JSON.stringify(one)));
        expect(again === null ? '' : baselineDigest(encodeBaseline(again))).toBe(baselineDigest(bytes));
      }),
    );
  });

  test('anything else is none', () => {
    const text = new TextDecoder().decode(
      encodeBaseline({
        schema: 'valops/audit-baseline/1',
        host: 'a',
        acceptedAt: '2026-11-22T00:00:00.000Z',
        acceptedBy: 'b',
        tool: 'c',
        sections: {},
      }),
    );
    for (const wrong of ['', '{', 'null', text.replace('/1"', '/2"'), text.replace('}', ',}'), text.slice(0, -4)])
      expect(parseBaseline(new TextEncoder().encode(wrong))).toBeNull();
    expect(parseBaseline(new Uint8Array([0xff, 0xfe]))).toBeNull();
  });
});

describe('what changes by itself does not differ', () => {
  const socket = (given: Partial<ListeningSocket>): ListeningSocket => ({
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 22,
    interface: null,
    dual: false,
    processes: ['sshd'],
    unit: 'ssh.service',
    ...given,
  });
  const listeners = (...sockets: readonly ListeningSocket[]): readonly BaselineEntry[] =>
    read(listenersSection, { 'listening.sockets': sockets });

  test('ports the kernel deals out, by their program; a program that is not known keeps its port', () => {
    const statd = { processes: ['rpc.statd'], unit: 'rpc-statd.service' };
    const before = listeners(socket({}), socket({ ...statd, port: 40_001 }), socket({ ...statd, port: 40_002 }));
    expect(compareEntries(before, listeners(socket({}), socket({ ...statd, port: 51_000 })))).toEqual([]);
    expect(compareEntries(before, listeners(socket({})))).toMatchObject([{ kind: 'removed' }]);
    const nobody = { processes: [], unit: null };
    expect(
      compareEntries(listeners(socket({ ...nobody, port: 51_820 })), listeners(socket({ ...nobody, port: 51_821 }))),
    ).toHaveLength(2);
    // another program in the same range is another listener
    const other = listeners(socket({}), socket({ port: 40_001, processes: ['nc'], unit: 'x.scope' }));
    expect(compareEntries(listeners(socket({})), other)).toMatchObject([{ kind: 'added' }]);
  });

  const rules = (text: string): readonly BaselineEntry[] =>
    read(rulesSection, {
      'firewall.nft': { objects: [], text, version: '1.0.6' },
      'firewall.iptables': {
        flavour: null,
        legacy: { ipv4: { tables: [], text: '' }, ipv6: { tables: [], text: '' } },
      },
      'firewall.boot': { units: [], files: [] },
      'firewall.valops': { unit: null, systemd: true, unitText: null, rules: null },
    });
  const ruleset = (elements: string, bans: string): string => `table inet filter {
	set guests {
		type ipv4_addr
		flags timeout
		elements = { ${elements} }
	}

	chain f2b-sshd {
${bans}		return
	}

	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 22 accept
	}
}
`;

  test('elements that time out and whom fail2ban keeps out; but not who is let in', () => {
    const before = rules(ruleset('192.0.2.9 timeout 1h', ''));
    const after = ruleset('192.0.2.10 timeout 1h', '\t\tip saddr 192.0.2.66 reject\n');
    expect(compareEntries(before, rules(after))).toEqual([]);
    const letIn = ruleset('192.0.2.9 timeout 1h', '\t\tip saddr 192.0.2.66 accept\n');
    expect(compareEntries(before, rules(letIn))).toMatchObject([
      { kind: 'added', key: 'chain f2b-sshd of inet filter: ip saddr 192.0.2.66 accept' },
    ]);
    expect(compareEntries(before, rules(ruleset('192.0.2.9 timeout 1h', '').replace('drop', 'accept')))).toHaveLength(
      2,
    );
  });
});

test('every file in sections/ is registered under its own name', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src/audit/baseline/sections'));
  expect(['registry', ...baselineSections.map(({ id }) => id)].map((id) => `${id}.ts`).toSorted()).toEqual(
    files.toSorted(),
  );
});
