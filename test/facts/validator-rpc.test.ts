import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/fact.ts';
import { gather } from '../../src/core/gather.ts';
import { validatorRpc, type RpcPlace } from '../../src/facts/validator-rpc.ts';
import { fakeRpc } from '../support/fake-rpc.ts';
import { scriptHost } from '../support/script-host.ts';

const has = (program: string): boolean => spawnSync(program, ['--help']).error === undefined;
const tools = ['curl', 'wget', 'python3', 'bash'];

/** Asks with one tool only; the others are as if they were not installed. */
async function ask(place: RpcPlace, tool?: string): Promise<Fact<unknown> | undefined> {
  const question = validatorRpc(place);
  const hidden = tools.filter((one) => tool !== undefined && one !== tool).join('|') || 'none';
  const script = `command() { case $2 in ${hidden}) return 1 ;; *) return 0 ;; esac; }\n`;
  const alone = {
    ...question,
    script: (...login: Parameters<typeof question.script>) => script + question.script(...login),
  };
  const { facts } = await gather(scriptHost(), [tool === undefined ? question : alone], {
    clock: { now: () => new Date(0), monotonic: () => 0 },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  });
  return facts['validator.rpc'];
}

const block = (age: number): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: -1,
    result: {
      node_info: { network: 'chain-1', version: '0.38.12' },
      sync_info: {
        latest_block_height: '4711',
        latest_block_time: new Date(Date.now() - age * 1000).toISOString(),
        catching_up: false,
      },
      validator_info: { address: 'A1B2', voting_power: '10' },
    },
  });
const cometbft = {
  '/status': () => block(3),
  '/net_info': '{"jsonrpc":"2.0","id":-1,"result":{"listening":true,"n_peers":"7","peers":[]}}',
  '/': '<html>Available endpoints: /status /net_info</html>',
};

describe('the RPC of a validator', () => {
  test.each(tools.filter(has))('CometBFT by %s', async (tool) => {
    const url = await fakeRpc(cometbft);
    expect(await ask({ url: `${url}/`, network: 'cometbft' }, tool)).toMatchObject({
      known: true,
      value: {
        problem: null,
        ill: null,
        identity: 'A1B2',
        genesis: ['chain-1'],
        heights: [4711, null],
        catchingUp: false,
        peers: 7,
        unsafe: false,
      },
    });
  });

  test('Solana by curl and by bash: two slots, two seconds apart', async () => {
    const asked = ['curl', 'bash'].filter(has).map(async (tool) => {
      let slot = 1000;
      const url = await fakeRpc({
        getHealth: '{"jsonrpc":"2.0","id":1,"result":"ok"}',
        getSlot: () => `{"jsonrpc":"2.0","id":1,"result":${(slot += 5)}}`,
        getIdentity: '{"jsonrpc":"2.0","id":1,"result":{"identity":"9Qx"}}',
        getVersion: '{"jsonrpc":"2.0","id":1,"result":{"solana-core":"2.3.8","feature-set":1}}',
        getGenesisHash: '{"jsonrpc":"2.0","id":1,"result":"5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"}',
        getClusterNodes: '{"jsonrpc":"2.0","id":1,"result":[{"pubkey":"a"},{"pubkey":"b"},{"pubkey":"c"}]}',
      });
      expect(await ask({ url, network: 'solana' }, tool)).toMatchObject({
        known: true,
        value: {
          ill: null,
          identity: '9Qx',
          version: '2.3.8',
          genesis: ['5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'],
          heights: [1005, 1010],
          peers: 3,
        },
      });
    });
    await Promise.all(asked);
  });

  test('what is no answer is told, and nothing is made of it', async () => {
    const closed = await ask({ url: 'http://127.0.0.1:1', network: 'cometbft' });
    expect(closed).toMatchObject({ known: true, value: { identity: null, heights: null } });
    expect((closed as { value: { problem: string } }).value.problem).not.toBe('');
    const url = await fakeRpc({ '/status': 'x'.repeat(300_000) });
    expect(await ask({ url, network: 'cometbft' })).toMatchObject({
      value: { problem: `no JSON: "${'x'.repeat(80)}"` },
    });
    const ill = await fakeRpc({ '/status': '{"error":{"message":"not ready"}}' });
    expect(await ask({ url: ill, network: 'cometbft' })).toMatchObject({ value: { ill: 'not ready', identity: null } });
  });

  test('an address is never a command', async () => {
    const fact = await ask({ url: `http://127.0.0.1:1/'$(id)"\`id\``, network: 'solana' });
    expect(JSON.stringify(fact)).not.toContain('gid=');
  });

  test('without a tool to ask by it is unknown', async () => {
    expect(await ask({ url: 'http://127.0.0.1:1', network: 'cometbft' }, 'nothing')).toEqual({
      known: false,
      reason: 'no curl, wget, python3 or bash to ask by',
    });
  });
});
