import { expect, test } from 'vitest';
import { firewallNft } from '../../src/facts/firewall/nft.ts';

// nft 1.0.6, after two logins; its JSON leaves the flag "dynamic" out, that of 1.1.3 does not
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

test.each([['1.0.6', ['timeout']] as const, ['1.1.3', ['timeout', 'dynamic']] as const])(
  'what a set remembers of packets is no part of the fact; what it was given is (nft %s)',
  (version, flags) => {
    const set = (name: string, own: readonly string[]) => ({
      set: { family: 'inet', name, table: 'valops', flags: own, elem: ['10.0.0.1'] },
    });
    const json = JSON.stringify({ nftables: [set('ssh4', flags), set('known', [])] });
    const part = (name: string, body: string): string =>
      `=${name} 0\n${`${body}.`
        .split('\n')
        .map((line) => `|${line}\n`)
        .join('')}`;
    const stdout = part('version', `nftables v${version}\n`) + part('json', `${json}\n`) + part('text', text);
    const value = firewallNft.parse({ exitCode: 0, stdout, stderr: '' });
    expect(value?.text).toBe(text.replace(/\n\t\telements = \{ 10\.0\.0\.1[^}]*\}/, ''));
    expect(value?.text).toContain('elements = { 10.0.0.9 }');
    expect(value?.objects.map((object) => 'elem' in (object['set'] as object))).toEqual([false, true]);
  },
);
