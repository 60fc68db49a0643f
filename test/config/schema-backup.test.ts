import { describe, expect, test } from 'vitest';
import { backupPolicy } from '../../src/config/schema-backup.ts';
import { parseConfig } from '../../src/config/valops-yaml.ts';
import { ValopsError } from '../../src/lib/errors.ts';

const policyOf = (text: string): ReturnType<typeof backupPolicy> => backupPolicy(parseConfig(text, 'v.yaml'), '/etc/v');

function faultsOf(text: string): string {
  try {
    parseConfig(text, 'v.yaml');
  } catch (error) {
    if (error instanceof ValopsError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('backup section', () => {
  test('nothing declared is a policy of nothing, with the defaults', () => {
    expect(policyOf('')).toEqual({
      identities: [],
      include: [],
      recipients: { host: [], offline: [], escrow: [] },
      to: [],
      keep: { count: 12, days: 400 },
      drill: { classes: ['offline'], every: 35 * 86_400_000 },
    });
    expect(policyOf('backup: {}')).toEqual(policyOf(''));
  });

  test('relative paths start at the file, also those of recipients files; recipients stay as they are', () => {
    const policy = policyOf(`
backup:
  identities: [{ kind: solana, place: keys/id.json, card: ../card.json, state: [tower/*.bin] }]
  include: [conf, /srv/x]
  recipients: { host: [age1abc], offline: [ops.txt, /r/x.pub], escrow: ['ssh-ed25519 AAAA x'] }
  to: [media]
  keep: { count: 3 }
  drill: { classes: [offline, escrow], every: 5w }
`);
    expect(policy.identities).toEqual([
      {
        kind: 'solana',
        place: '/etc/v/keys/id.json',
        card: '/etc/card.json',
        sealed: undefined,
        state: ['tower/*.bin'],
      },
    ]);
    expect([policy.include, policy.to]).toEqual([['/etc/v/conf', '/srv/x'], ['/etc/v/media']]);
    expect(policy.recipients).toEqual({
      host: ['age1abc'],
      offline: ['/etc/v/ops.txt', '/r/x.pub'],
      escrow: ['ssh-ed25519 AAAA x'],
    });
    expect([policy.keep, policy.drill.every]).toEqual([{ count: 3, days: 400 }, 35 * 86_400_000]);
  });

  test('a secret key that was written down never turns into a path that a message would show', () => {
    const { recipients } = policyOf('backup: { recipients: { offline: [AGE-SECRET-KEY-1XYZ, age-secret-key-1xyz] } }');
    expect(recipients.offline).toEqual(['AGE-SECRET-KEY-1XYZ', 'age-secret-key-1xyz']);
  });

  test.each([
    ['every: 0d', 'expected a duration'],
    ['every: 35', 'expected text'],
    ['every: 35 days', 'expected a duration'],
    ['classes: [offlin]', 'expected "host" or "offline" or "escrow"'],
    ['clases: []', 'did you mean "classes"?'],
  ])('drill: { %s } is refused', (text, said) => {
    expect(faultsOf(`backup: { drill: { ${text} } }`)).toContain(said);
  });

  test('keep of nothing, an identity without a place, unknown members', () => {
    expect(faultsOf('backup: { keep: { count: 0 } }')).toContain('at least 1');
    expect(faultsOf('backup: { identities: [{ kind: solana }] }')).toContain('backup.identities.0.place: is missing');
    expect(faultsOf('backup: { recipient: {} }')).toContain('did you mean "recipients"?');
  });
});
