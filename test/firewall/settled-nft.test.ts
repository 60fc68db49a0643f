import { expect, test } from 'vitest';
import { settledNft } from '../../src/firewall/settled-nft.ts';

// nft 1.0.6, after two logins
const text = `table inet valops {
	set ssh4 {
		type ipv4_addr
		size 65535
		flags dynamic,timeout
		timeout 1m
		elements = { 10.0.0.1 limit rate over 30/minute burst 60 packets expires 50s976ms,
			     10.0.0.2 limit rate over 30/minute burst 60 packets expires 9s }
	}

	set known {
		type ipv4_addr
		elements = { 10.0.0.9 }
	}
}
`;

test('what a set remembers of packets is no part of the fact; what it was given is', () => {
  const set = (name: string, flags: readonly string[]) => ({
    set: { family: 'inet', name, table: 'valops', flags, elem: ['10.0.0.1'] },
  });
  const json = JSON.stringify({ nftables: [set('ssh4', ['timeout', 'dynamic']), set('known', [])] });
  const part = (name: string, body: string): string =>
    `=${name} 0\n${`${body}.`
      .split('\n')
      .map((line) => `|${line}\n`)
      .join('')}`;
  const stdout = part('version', 'nftables v1.0.6\n') + part('json', `${json}\n`) + part('text', text);
  const value = settledNft.parse({ exitCode: 0, stdout, stderr: '' });
  expect(value?.text).toBe(text.replace(/\n\t\telements = \{ 10\.0\.0\.1[^}]*\}/, ''));
  expect(value?.text).toContain('elements = { 10.0.0.9 }');
  expect(value?.objects.map((object) => 'elem' in (object['set'] as object))).toEqual([false, true]);
});
