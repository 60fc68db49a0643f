// A plugin for tests of the protocol (C2SP age-plugin). It protects nothing: the file key goes into
// the stanza in the clear, behind a lock word. What it does is written in the data of its
// recipients and identities: the first word is the mode, the second one the lock word.
import { createInterface } from 'node:readline';
import { bech32 } from '@scure/base';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const [, , machine = ''] = process.argv;
const b64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

async function receive() {
  const first = await lines.next();
  if (first.done) process.exit(0);
  const [arrow, ...args] = first.value.split(' ');
  if (arrow !== '->') process.exit(1);
  let body = '';
  for (;;) {
    const line = await lines.next();
    body += line.value;
    if (line.value.length < 64) return { args, body: Buffer.from(body, 'base64') };
  }
}

function send(args, body = '') {
  const text = b64(body);
  const rows = text.match(/.{1,64}/g) ?? [];
  if (text.length % 64 === 0) rows.push('');
  process.stdout.write(`-> ${args.join(' ')}\n${rows.join('\n')}\n`);
}

async function ask(args, body = '') {
  send(args, body);
  return receive();
}

const words = (text) =>
  Buffer.from(bech32.fromWords(bech32.decode(text, false).words))
    .toString('utf8')
    .split(' ');

const received = [];
for (;;) {
  const command = await receive();
  if (command.args[0] === 'done') break;
  received.push(command);
}
const added = received.find(({ args }) => args[0] === 'add-recipient' || args[0] === 'add-identity');
const [mode, lock = ''] = words(added.args[1]);

if (mode === 'silent') process.exit(0);
if (mode === 'garbage') {
  process.stdout.write('this is no stanza\n');
  process.exit(0);
}
if (mode === 'message') await ask(['msg'], 'touch \u001b[31mthe token\u0007 now');
if (mode === 'error') await ask(['error', 'internal'], 'the token is locked');
let word = lock;
if (mode === 'secret' || mode === 'public') {
  const { args, body } = await ask([`request-${mode}`], 'the PIN');
  if (args[0] === 'fail') await ask(['error', 'internal'], 'no PIN was given');
  word = body.toString('utf8');
}
if (mode === 'confirm') {
  const { args } = await ask(['confirm', b64('use it'), b64('leave it')], 'use the token?');
  if (args[1] !== 'yes') await ask(['error', 'internal'], 'the person declined');
}
if (mode === 'unknown') {
  const { args } = await ask(['frobnicate', '1', '2'], Buffer.alloc(48));
  if (args[0] !== 'unsupported') await ask(['error', 'internal'], `answered ${args[0]}`);
}

if (machine === '--age-plugin=recipient-v1') {
  const key = received.find(({ args }) => args[0] === 'wrap-file-key').body;
  if (mode === 'labels') await ask(['labels', 'blue', 'green']);
  if (mode === 'labels-twice') {
    await ask(['labels', 'blue']);
    await ask(['labels', 'blue']);
  }
  if (mode === 'wrong-index') await ask(['recipient-stanza', '1', 'valopstest'], key);
  if (mode !== 'error' && mode !== 'nothing') await ask(['recipient-stanza', '0', 'valopstest', b64(word)], key);
} else {
  const stanza = received.find(({ args }) => args[0] === 'recipient-stanza' && args[2] === 'valopstest');
  if (mode === 'short-key') await ask(['file-key', '0'], Buffer.alloc(8));
  if (mode === 'twice') await ask(['file-key', '0'], stanza.body);
  if (stanza !== undefined && stanza.args[3] === b64(word)) await ask(['file-key', '0'], stanza.body);
}
send(['done']);
process.exit(0);
