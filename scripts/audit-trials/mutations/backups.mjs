const catalogue = '/root/.valops/backups/catalogue.json';

/** Everything in the catalogue says something else, and is as it was afterwards. */
const rewritten = (script) => ({
  apply: `cp -p ${catalogue} /run/kept-catalogue && sed -i '${script}' ${catalogue}`,
  undo: `mv /run/kept-catalogue ${catalogue}`,
});

export const mutations = [
  {
    name: 'catalogue-gone',
    check: 'backups.on-record',
    subject: catalogue,
    apply: `mv ${catalogue} /run/kept-catalogue`,
    undo: `mv /run/kept-catalogue ${catalogue}`,
    also: ['custody.cards-have-sealed'],
  },
  {
    name: 'catalogue-cut-off',
    check: 'backups.on-record',
    subject: catalogue,
    apply: `cp -p ${catalogue} /run/kept-catalogue && truncate -s -20 ${catalogue}`,
    undo: `mv /run/kept-catalogue ${catalogue}`,
    also: ['backups.*', 'custody.cards-have-sealed'],
  },
  {
    name: 'backup-months-old',
    check: 'backups.recent',
    ...rewritten('s/"\\(createdAt\\|writtenAt\\|verifiedAt\\)": "20[0-9-]*/"\\1": "2026-01-05/'),
  },
  { name: 'drill-failed', check: 'backups.proven', ...rewritten('s/"passed": true/"passed": false/') },
  {
    name: 'backup-for-host-only',
    check: 'backups.open-offline',
    ...rewritten('s/"class": "offline"/"class": "host"/'),
    also: ['backups.proven'],
  },
  {
    name: 'backup-cut-off',
    check: 'backups.copies-there',
    apply: 'f=$(ls /srv/backups/*.age | head -n 1); cp -p "$f" /run/kept-backup && truncate -s 100 "$f"',
    undo: 'f=$(ls /srv/backups/*.age | head -n 1); cp -p /run/kept-backup "$f" && rm /run/kept-backup',
  },
  {
    name: 'backup-tidied-away',
    check: 'backups.copies-there',
    apply: 'mkdir /run/kept && mv /srv/backups/*.age /run/kept/ && touch /srv/backups/README',
    undo: 'rm /srv/backups/README && mv /run/kept/*.age /srv/backups/ && rmdir /run/kept',
    also: ['backups.other-disk'],
  },
];
