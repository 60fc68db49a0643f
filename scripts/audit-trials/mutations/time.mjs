export const mutations = [
  {
    name: 'zone-of-the-installer',
    check: 'time.zone-utc',
    subject: '/etc/localtime',
    apply: `rm -rf /root/localtime-before
[ ! -L /etc/localtime ] || cp -P /etc/localtime /root/localtime-before
ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime`,
    undo: `if [ -L /root/localtime-before ]; then mv -fT /root/localtime-before /etc/localtime; else rm /etc/localtime; fi`,
    also: [],
  },
];
