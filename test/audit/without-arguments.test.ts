import { expect, test } from 'vitest';
import { keyOption, withoutArguments } from '../../src/audit/baseline/without-arguments.ts';

test.each([
  ['ops ALL=(root) /usr/bin/mysql -phunter2 *', /^ops ALL=\(root\) \/usr\/bin\/mysql #[0-9a-f]{12}$/],
  ['ops ALL=NOPASSWD:/bin/a x, /bin/b', /^ops ALL=NOPASSWD:\/bin\/a #[0-9a-f]{12}, \/bin\/b$/],
  ['%sudo ALL=(ALL:ALL) ALL', /^%sudo ALL=\(ALL:ALL\) ALL$/],
  ['Defaults logfile=/var/log/sudo.log', /^Defaults logfile=\/var\/log\/sudo.log$/],
  ['@includedir /etc/sudoers.d', /^@includedir \/etc\/sudoers.d$/],
])('of the rule %j', (rule, shown) => {
  expect(withoutArguments(rule)).toMatch(shown);
});

test.each([
  ['command="/x --token hunter2"', /^command="\/x #[0-9a-f]{12}"$/],
  ['environment="T=hunter2"', /^environment="T #[0-9a-f]{12}"$/],
  ['command="/x"', /^command="\/x"$/],
  ['no-pty', /^no-pty$/],
  ['from="10.0.0.0/8"', /^from="10.0.0.0\/8"$/],
])('of the option %j', (option, shown) => {
  expect(keyOption(option)).toMatch(shown);
});

test('other arguments are another digest', () => {
  expect(withoutArguments('a ALL=/bin/a x')).not.toBe(withoutArguments('a ALL=/bin/a y'));
});
