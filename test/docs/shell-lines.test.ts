import { expect, test } from 'vitest';
import { simpleCommands } from './shell-lines.ts';

test.each([
  ['valops keys init\n', [['valops', 'keys', 'init']]],
  ['$ valops keys \\\n    show > a.pub # theirs\n', [['valops', 'keys', 'show']]],
  [
    'tar c x | valops encrypt -R r 3< pass 2>&1 >out && echo a\n',
    [
      ['tar', 'c', 'x'],
      ['valops', 'encrypt', '-R', 'r'],
      ['echo', 'a'],
    ],
  ],
  [
    `A=b sudo valops encrypt -r "$(valops keys show)" 'a b'`,
    [
      ['valops', 'keys', 'show'],
      ['valops', 'encrypt', '-r', '$(valops keys show)', 'a b'],
    ],
  ],
  [
    "valops x --generator 'validator {dir}' -o {dir}",
    [['valops', 'x', '--generator', 'validator {dir}', '-o', '{dir}']],
  ],
  [
    '{\n  valops a\n} > out\nfor n in 1 2; do\n  valops b "$n.age" && echo c\ndone\n',
    [['valops', 'a'], ['for', 'n', 'in', '1', '2'], ['valops', 'b', '$n.age'], ['echo', 'c'], ['done']],
  ],
  ['unshare --user --net -- valops keys list', [['valops', 'keys', 'list']]],
  ['unshare --user --map-root-user --net valops keys list', [['valops', 'keys', 'list']]],
])('commands of %j', (script, expected) => {
  expect(simpleCommands(script)).toEqual(expected);
});
