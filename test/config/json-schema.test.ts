import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fromJSONSchema } from 'zod';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { knownKeys } from '../../src/config/known-keys.ts';
import { members } from '../../src/config/members.ts';
import { configSchema } from '../../src/config/schema.ts';
import { allDocuments } from '../docs/documents.ts';

const schema = configJsonSchema();
/** As an editor would judge: by nothing but the JSON Schema. */
const editor = fromJSONSchema(JSON.parse(JSON.stringify(schema)) as Parameters<typeof fromJSONSchema>[0]);
const examples = allDocuments().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ info }) => info[0] === 'yaml')
    .map(({ line, text }) => ({ place: `${path}:${line}`, value: parse(text) as unknown })),
);

describe('the JSON Schema of valops.yaml', () => {
  test('says what it is', () => {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'valops.yaml' });
  });

  test.each(examples)('takes the example of the documents at $place', ({ value }) => {
    expect(editor.safeParse(value).error).toBeUndefined();
  });

  test.each<readonly [string, unknown]>([
    ['an unknown member', { host: {} }],
    ['an unknown member of a host', { hosts: { a: { address: 'x', adress: 'y' } } }],
    ['a host without address', { hosts: { a: { port: 22 } } }],
    ['a port that is none', { ssh: { port: 70_000 } }],
    ['a protocol that is none', { firewall: { public: [{ port: 1, proto: 'sctp' }] } }],
    ['a fingerprint that is none', { hosts: { a: { address: 'x', hostKey: 'MD5:00' } } }],
    ['nobody who may log in', { ssh: { allowUsers: [] } }],
    ['a list instead of a map', { hosts: [] }],
  ])('refuses %s', (_, value) => {
    expect(configSchema.safeParse(value).success).toBe(false);
    expect(editor.safeParse(value).success).toBe(false);
  });

  test('refuses nothing that valops takes', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,8}$/);
    const port = fc.integer({ min: 0, max: 70_000 });
    const service = fc.record({ port, proto: fc.constantFrom('tcp', 'udp', 'sctp'), name: word }, { requiredKeys: [] });
    const network = fc.constantFrom('192.0.2.0/24', '2001:db8::/32', '192.0.2.1', 'no network', '192.0.2.0/33');
    const host = fc.record(
      { address: word, port, user: word, key: fc.string(), jump: word, groups: fc.array(word) },
      { requiredKeys: [] },
    );
    const config = fc.record(
      {
        hosts: fc.dictionary(word, host, { maxKeys: 3 }),
        ssh: fc.record(
          { profile: word, port, allowUsers: fc.array(word), override: fc.dictionary(word, fc.oneof(word, port)) },
          { requiredKeys: [] },
        ),
        firewall: fc.record(
          { management: fc.array(network), public: fc.array(service), egressDeny: fc.array(network) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(config, (value) => {
        fc.pre(configSchema.safeParse(value).success);
        expect(editor.safeParse(value).error).toBeUndefined();
      }),
    );
  });

  test('describes every member, and none that is not there', () => {
    const all = knownKeys([]).flatMap((key) =>
      ['hosts', 'binaries'].includes(key)
        ? knownKeys([key, 'a']).map((name) => `${key}.NAME.${name}`)
        : knownKeys([key]).map((name) => `${key}.${name}`),
    );
    expect(Object.keys(members)).toEqual(all);
    const text = JSON.stringify(schema);
    for (const words of Object.values(members)) expect(text).toContain(JSON.stringify(words));
  });
});
