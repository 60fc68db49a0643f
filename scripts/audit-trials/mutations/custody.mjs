/** A file with these lines, which is gone afterwards. */
const leaves = (path, line, { mode = '600', owner = 'root:root' } = {}) => ({
  apply: `printf '%s\\n' '${line}' >'${path}' && chown ${owner} '${path}' && chmod ${mode} '${path}'`,
  undo: `rm '${path}'`,
});

/** Made up and of no value, in the shape of the real thing. */
const ageKey = `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;
const keypair = `[${Array.from({ length: 64 }, (_, index) => (index * 37) % 256).join(',')}]`;

const home = '/root/.valops';
const key = `${home}/age/host-identity.key`;
const place = '/var/lib/validator/identity.json';

export const mutations = [
  {
    name: 'valops-home-open',
    check: 'custody.home-private',
    subject: home,
    apply: `chmod 0755 ${home}`,
    undo: `chmod 0700 ${home}`,
  },
  {
    name: 'valops-journal-writable',
    check: 'custody.home-private',
    subject: `${home}/journal.jsonl`,
    apply: `chmod 0666 ${home}/journal.jsonl`,
    undo: `chmod 0600 ${home}/journal.jsonl`,
    also: ['filesystem.*'],
  },
  {
    name: 'age-key-readable',
    check: 'custody.age-key-modes',
    subject: key,
    apply: `chmod 0644 ${key}`,
    undo: `chmod 0600 ${key}`,
  },
  {
    name: 'age-key-second-name',
    check: 'custody.age-key-modes',
    subject: key,
    apply: `ln ${key} /root/.cache-index`,
    undo: 'rm /root/.cache-index',
    also: ['custody.no-plain-age-keys'],
  },
  {
    name: 'retired-key-stays',
    check: 'custody.retired-keys',
    subject: `${key}.retired-2026-01-05`,
    ...leaves(`${key}.retired-2026-01-05`, ageKey),
  },
  {
    name: 'reseal-half-done',
    check: 'custody.no-unfinished-work',
    subject: `${home}/backups/old.age.resealed-00112233445566aa`,
    apply: `f=${home}/backups/old.age.resealed-00112233445566aa; umask 077; echo sealed >$f && touch -d '2026-01-05 12:00' $f`,
    undo: `rm ${home}/backups/old.age.resealed-00112233445566aa`,
  },
  {
    name: 'age-key-in-tmp',
    check: 'custody.no-plain-age-keys',
    subject: '/var/tmp/k.txt',
    ...leaves('/var/tmp/k.txt', ageKey, { mode: '644' }),
  },
  {
    name: 'keypair-copied-home',
    check: 'custody.no-plain-validator-keys',
    subject: '/home/ops/id.json.bak',
    ...leaves('/home/ops/id.json.bak', keypair, { owner: 'ops:ops' }),
  },
  {
    name: 'cometbft-key-in-opt',
    check: 'custody.no-plain-validator-keys',
    subject: '/opt/old/priv_validator_key.json',
    apply: `mkdir -p /opt/old && umask 077 && printf '{"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"%s"}}' ${'QUJD'.repeat(21)}QUI= >/opt/old/priv_validator_key.json`,
    undo: 'rm -r /opt/old',
  },
  {
    name: 'ssh-key-without-passphrase',
    check: 'custody.no-plain-ssh-keys',
    subject: '/root/.ssh/id_ed25519',
    apply: `ssh-keygen -q -t ed25519 -N '' -C backup -f /root/.ssh/id_ed25519`,
    undo: 'rm /root/.ssh/id_ed25519 /root/.ssh/id_ed25519.pub',
  },
  {
    name: 'withdrawer-on-host',
    check: 'custody.no-withdrawer-key',
    subject: '/etc/validator/authorized-withdrawer.json',
    ...leaves('/etc/validator/authorized-withdrawer.json', keypair),
    also: ['custody.no-plain-validator-keys'],
  },
  {
    name: 'backup-beside-age-key',
    check: 'custody.no-key-beside-backup',
    subject: key,
    ...leaves(`${home}/age/identity-backup-old.age`, 'age-encryption.org/v1'),
  },
  {
    name: 'retired-key-beside-backup',
    check: 'custody.no-key-beside-backup',
    subject: `/srv/backups/host-identity.key.retired-${new Date().toISOString().slice(0, 10)}`,
    ...leaves(`/srv/backups/host-identity.key.retired-${new Date().toISOString().slice(0, 10)}`, ageKey),
    also: ['custody.no-plain-age-keys'],
  },
  {
    name: 'identity-group-readable',
    check: 'custody.deployed-modes',
    subject: place,
    apply: `chmod 0440 ${place}`,
    undo: `chmod 0400 ${place}`,
  },
  {
    name: 'identity-of-operator',
    check: 'custody.deployed-modes',
    subject: place,
    apply: `chown ops: ${place}`,
    undo: `chown validator:validator ${place}`,
  },
  {
    name: 'identity-directory-writable',
    check: 'custody.deployed-paths',
    subject: '/var/lib/validator',
    apply: 'chmod 0777 /var/lib/validator',
    undo: 'chmod 0700 /var/lib/validator',
    also: ['filesystem.*'],
  },
  {
    name: 'journal-entry-altered',
    check: 'custody.journal-whole',
    subject: `${home}/journal.jsonl`,
    apply: `cp -p ${home}/journal.jsonl /run/kept-journal && sed -i '2s/"purpose":"/"purpose":"x/' ${home}/journal.jsonl`,
    undo: `mv /run/kept-journal ${home}/journal.jsonl`,
    also: ['custody.key-use'],
  },
  {
    name: 'journal-entry-removed',
    check: 'custody.journal-whole',
    subject: `${home}/journal.jsonl`,
    apply: `cp -p ${home}/journal.jsonl /run/kept-journal && sed -i '3d' ${home}/journal.jsonl`,
    undo: `mv /run/kept-journal ${home}/journal.jsonl`,
    also: ['custody.key-use'],
  },
  {
    name: 'journal-gone',
    check: 'custody.journal-whole',
    subject: `${home}/journal.jsonl`,
    apply: `mv ${home}/journal.jsonl /run/kept-journal`,
    undo: `mv /run/kept-journal ${home}/journal.jsonl`,
  },
];
