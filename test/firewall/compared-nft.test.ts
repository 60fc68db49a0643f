import { expect, test } from 'vitest';
import { comparedNft } from '../../src/firewall/compared-nft.ts';

// from `ufw --force enable; ufw --force disable` on Debian 12 (nft 1.0.6), shortened
const skeleton = `# Warning: table ip filter is managed by iptables-nft, do not touch!
table ip filter {
	chain ufw-before-logging-input {
	}

	chain ufw-before-input {
	}

	chain ufw-track-input {
		counter jump ufw-before-input
	}

	chain INPUT {
		type filter hook input priority filter; policy accept;
		counter jump ufw-before-logging-input
		counter jump ufw-track-input
	}

	chain FORWARD {
		type filter hook forward priority filter; policy accept;
	}
}
`;
const own = `table inet valops {
	set ssh4 {
		type ipv4_addr
		flags dynamic,timeout
		timeout 1m
	}

	chain input {
		type filter hook input priority filter; policy drop;
		iif "lo" accept
	}
}
`;

test('the skeleton that ufw leaves behind when it is disabled is the same as nothing', () => {
  expect(comparedNft({ text: skeleton })).toBe('');
  expect(comparedNft({ text: own + skeleton })).toBe(comparedNft({ text: own }));
});

test.each([
  ['a policy', 'hook input priority filter; policy accept', 'hook input priority filter; policy drop'],
  ['a rule where nothing was', 'chain ufw-before-input {\n', 'chain ufw-before-input {\n\t\ttcp dport 22 drop\n'],
  ['a jump that ends its chain', 'counter jump ufw-track-input', 'goto ufw-track-input\n\t\tdrop'],
  ['a rule behind a jump', 'jump ufw-before-input\n', 'jump ufw-before-input\n\t\tip saddr 192.0.2.1 drop\n'],
])('what decides something counts: %s', (_, from, to) => {
  expect(skeleton).toContain(from);
  expect(comparedNft({ text: skeleton.replace(from, to) })).not.toBe('');
});

test('the order of tables and chains, handles and elements that time out do not count; the order of rules does', () => {
  const site = `table inet site {
	set banned {
		type ipv4_addr
		flags timeout
		elements = { 192.0.2.7 expires 3m,
			     192.0.2.8 expires 4m }
	}

	chain b {
		tcp dport 1 accept
		tcp dport 2 drop
	}

	chain a {
		jump b
	}
}
`;
  const moved = `table inet site {
	chain a {
		jump b
	}

	chain b {
		tcp dport 1 accept
		tcp dport 2 drop
	}

	set banned {
		type ipv4_addr
		flags timeout
	}
}
`;
  expect(comparedNft({ text: site + own })).toBe(comparedNft({ text: own + moved }));
  const swapped = moved.replace('tcp dport 1 accept\n\t\ttcp dport 2 drop', 'tcp dport 2 drop\n\t\ttcp dport 1 accept');
  expect(comparedNft({ text: own + swapped })).not.toBe(comparedNft({ text: own + moved }));
});

test('a set that lost an element for good is another ruleset', () => {
  const lasting = (elements: string): string => `table inet t {\n\tset s {\n\t\ttype ipv4_addr\n${elements}\t}\n}\n`;
  expect(comparedNft({ text: lasting('\t\telements = { 192.0.2.1 }\n') })).not.toBe(comparedNft({ text: lasting('') }));
});
