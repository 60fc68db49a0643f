import { describe, expect, test } from 'vitest';
import type { FileStat } from '../../src/core/files.ts';
import type { StateComparison } from '../../src/backup/double-sign.ts';
import type { BackupManifest, BackupMember, MemberPurpose } from '../../src/backup/manifest.ts';
import { planRestore, type Look, type RestoreFacts, type RestorePlan } from '../../src/backup/restore-plan.ts';
import { refusalError } from '../../src/backup/restore-refusal.ts';
import { selectMembers } from '../../src/backup/restore-select.ts';
import { ValopsError } from '../../src/lib/errors.ts';

const [ours, theirs] = ['a'.repeat(64), 'b'.repeat(64)];

function member(source: string, purpose: MemberPurpose, more: Partial<BackupMember> = {}): BackupMember {
  const owner = { uid: 1001, gid: 1001 };
  const isOfHost = ['configuration', 'pins', 'journal-head'].includes(purpose);
  const identity = isOfHost ? {} : { identity: 'ID' };
  return {
    path: `members${source}`,
    purpose,
    source,
    sha256: ours,
    size: 3,
    mode: '0600',
    owner,
    ...identity,
    ...more,
  };
}

const members = [
  member('/v/key', 'identity'),
  member('/v/state', 'double-sign-state'),
  member('/v/card.json', 'card'),
  member('/v/key.age', 'sealed-identity'),
  member('/etc/v.conf', 'configuration', { mode: '0644', owner: { uid: 0, gid: 0 } }),
  member('/h/journal-head.txt', 'journal-head'),
];

const manifest: BackupManifest = {
  ...{ schema: 'valops/backup/1', id: '0123456789abcdef', host: 'node1', createdAt: '2026-11-01T00:00:00.000Z' },
  tool: 'valops 0.1.0',
  identities: [{ kind: 'solana', publicId: 'ID', publicKey: '', place: '/v/key' }],
  members,
  recipients: [{ class: 'offline', type: 'X25519', fingerprint: 'SHA256:x' }],
  journalHead: null,
};

function file(sha256: string, more: { mode?: number; order?: StateComparison; publicId?: string | null } = {}): Look {
  const { mode = 0o600, order, publicId } = more;
  const stat: FileStat = {
    ...{ type: 'file', mode, size: 9, uid: 1001, gid: 1001, links: 1 },
    modifiedAt: new Date(0),
  };
  const id = publicId === undefined ? 'ID' : publicId;
  const found = id === null ? null : { isOwn: id === 'ID', publicId: id };
  return { is: 'file', stat, sha256, found, ...(order === undefined ? {} : { order }) };
}

/** The plan for a host where everything is absent but what `looks` says, by path. */
function plan(looks: Readonly<Record<string, Look>>, more: Partial<RestoreFacts> = {}): RestorePlan {
  return planRestore({
    manifest,
    root: '/',
    places: members.map((one) => ({ member: one, path: one.source, look: looks[one.source] ?? { is: 'absent' } })),
    owner: undefined,
    self: { uid: 0, gid: 0 },
    keepState: false,
    ...more,
  });
}

const actions = ({ steps }: RestorePlan): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map(({ path, action }) => [path, action]));
const codes = ({ refusals }: RestorePlan): readonly string[] => refusals.map(({ code }) => code);

describe('plan of a restore', () => {
  test('on an empty host everything is created, as recorded', () => {
    const made = plan({});
    expect(new Set(Object.values(actions(made)))).toEqual(new Set(['create']));
    expect(made.refusals).toEqual([]);
    expect(made.deploys).toEqual([{ kind: 'solana', publicId: 'ID' }]);
    expect(made.steps.map(({ mode, owner }) => [mode, owner?.uid])).toContainEqual([0o644, 0]);
    expect(made.notes.join()).toContain('knows what "ID" signed until 2026-11-01');
  });

  test('what is there already stays, and is no reason to ask', () => {
    const same = Object.fromEntries(members.map(({ source }) => [source, file(ours)]));
    const made = plan(same);
    expect(new Set(Object.values(actions(made)))).toEqual(new Set(['unchanged']));
    expect([made.deploys, made.refusals]).toEqual([[], []]);
  });

  test.each([
    ['another identity', { '/v/key': file(theirs, { publicId: 'OTHER' }) }, ['IDENTITY_FOREIGN']],
    ['something that is no identity', { '/v/key': file(theirs, { publicId: null }) }, ['IDENTITY_FOREIGN']],
    ['a link in the place of a key', { '/v/key': { is: 'irregular', type: 'link' } as const }, ['IDENTITY_FOREIGN']],
    ['a key that others can read', { '/v/key': file(ours, { mode: 0o644 }) }, ['KEY_UNSAFE_MODE']],
    ['a newer state', { '/v/state': file(theirs, { order: { backup: 'older' } }) }, ['BACKUP_STATE_NEWER']],
    ['an incomparable state', { '/v/state': file(theirs, { order: { backup: 'unknown' } }) }, ['BACKUP_STATE_NEWER']],
    [
      'a link in the place of a state',
      { '/v/state': { is: 'irregular', type: 'link' } as const },
      ['BACKUP_PLACE_TAKEN'],
    ],
    ['another card', { '/v/card.json': file(theirs) }, ['BACKUP_PLACE_TAKEN']],
    ['another sealed original', { '/v/key.age': file(theirs) }, ['BACKUP_PLACE_TAKEN']],
    ['a directory', { '/etc/v.conf': { is: 'irregular', type: 'directory' } as const }, ['BACKUP_PLACE_TAKEN']],
  ])('%s is refused with exit 4', (_, looks, expected) => {
    const made = plan(looks);
    expect(codes(made)).toEqual(expected);
    const error = refusalError(made.refusals);
    expect(error).toBeInstanceOf(ValopsError);
    expect([error?.exitStatus, error?.message.endsWith('nothing was written'), error?.hint === '']).toEqual([
      4,
      true,
      false,
    ]);
  });

  test('several refusals are one error, the gravest first', () => {
    const looks = { '/v/card.json': file(theirs), '/v/key': file(theirs, { publicId: 'OTHER' }) };
    const error = refusalError(plan(looks).refusals);
    expect(error?.code).toBe('IDENTITY_FOREIGN');
    expect(error?.message).toContain('/v/card.json');
  });

  test('--keep-state keeps a newer state and restores the rest; an older one is replaced and kept beside', () => {
    const newer = plan({ '/v/state': file(theirs, { order: { backup: 'older' } }) }, { keepState: true });
    expect([codes(newer), actions(newer)['/v/state'], actions(newer)['/v/key']]).toEqual([[], 'keep', 'create']);
    const older = plan({ '/v/state': file(theirs, { order: { backup: 'newer' } }) });
    expect(older.steps.find(({ path }) => path === '/v/state')).toMatchObject({
      action: 'replace',
      was: { sha256: theirs, keptAt: `/v/state.before-${theirs.slice(0, 12)}` },
    });
  });

  test('configuration that differs is replaced and kept beside; the anchor of a journal is not replaced', () => {
    const made = plan({ '/etc/v.conf': file(theirs), '/h/journal-head.txt': file(theirs) });
    expect([made.refusals, actions(made)['/etc/v.conf'], actions(made)['/h/journal-head.txt']]).toEqual([
      [],
      'replace',
      'keep',
    ]);
  });

  test('the anchor of a journal alone is no reason to write, unless it was named alone', () => {
    const looks = Object.fromEntries(
      members.filter(({ purpose }) => purpose !== 'journal-head').map(({ source }) => [source, file(ours)]),
    );
    expect(actions(plan(looks))['/h/journal-head.txt']).toBe('keep');
    expect(actions(plan({ ...looks, '/v/card.json': { is: 'absent' } }))['/h/journal-head.txt']).toBe('create');
    const [anchor] = members
      .slice(-1)
      .map((one) => ({ member: one, path: one.source, look: { is: 'absent' } as const }));
    expect(anchor === undefined ? [] : plan({}, { places: [anchor] }).steps.map(({ action }) => action)).toEqual([
      'create',
    ]);
  });

  test('no key gets a mode that exposes it, and nothing becomes setuid', () => {
    const loose = [member('/v/key', 'identity', { mode: '0644' }), member('/x', 'configuration', { mode: '4755' })];
    const made = plan({}, { places: loose.map((one) => ({ member: one, path: one.source, look: { is: 'absent' } })) });
    expect(made.steps.map(({ mode }) => mode)).toEqual([0o640, 0o755]);
    expect(made.notes.filter((note) => note.includes('had mode'))).toHaveLength(2);
  });

  test('a second name of a key that is there is pointed out', () => {
    const look = file(ours);
    const linked = look.is === 'file' ? { ...look, stat: { ...look.stat, links: 2 } } : look;
    expect(plan({ '/v/key': linked }).notes.join()).toContain('"/v/key" has 2 names');
    expect(plan({ '/v/key': look }).notes.join()).not.toContain('names');
  });

  test('only root gives files away, and it is said', () => {
    const made = plan({}, { self: { uid: 1000, gid: 1000 } });
    expect(made.steps.every(({ owner }) => owner === undefined)).toBe(true);
    expect(made.notes.join()).toContain('only root can give files away');
    const owned = plan({}, { owner: { uid: 7, gid: 8 } });
    expect(owned.steps.every(({ owner }) => owner?.uid === 7 && owner.gid === 8)).toBe(true);
  });
});

describe('selection of members', () => {
  const select = (...only: readonly string[]): readonly string[] =>
    selectMembers(manifest, only).members.map(({ source }) => source);

  test('key and double-sign state are never parted', () => {
    expect(select('/v/key')).toEqual(['/v/key', '/v/state']);
    expect(select('members/v/state')).toEqual(['/v/key', '/v/state']);
    expect(selectMembers(manifest, ['/v/key']).notes).toEqual([expect.stringContaining('"/v/state" comes along')]);
  });

  test('a public id brings all of an identity, a path that alone', () => {
    expect(select('ID')).toEqual(['/v/key', '/v/state', '/v/card.json', '/v/key.age']);
    expect(select('/etc/v.conf')).toEqual(['/etc/v.conf']);
    expect(select()).toHaveLength(members.length);
  });

  test('a name that nothing has is refused', () => {
    expect(() => select('/v/nothing')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
