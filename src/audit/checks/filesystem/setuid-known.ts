import { filesystemSetuid } from '../../../facts/filesystem/setuid.ts';
import { isRootOnly } from '../../../facts/root-only.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

/** Programs that packages of Debian and Ubuntu for servers bring with one of these bits, by file name. */
const known = new Set(
  [
    'at bsd-write chage chfn chsh crontab dbus-daemon-launch-helper doas dotlockfile dumpcap exim4 expiry fusermount fusermount3',
    'gpasswd lockfile lxc-user-nic mail-lock mail-touchlock mail-unlock mlocate mount mount.nfs mount.cifs newgidmap newgrp',
    'newuidmap ntfs-3g pam_extrausers_chkpwd passwd ping ping4 ping6 pkexec plocate polkit-agent-helper-1 postdrop',
    'postqueue pppd snap-confine ssh-agent ssh-keysign su sudo sudoedit ksu traceroute6.iputils umount unix_chkpwd',
    'utempter uuidd wall write write.ul screen locate sg su-rs sudo-rs chrome-sandbox',
  ].flatMap((line) => line.split(' ')),
);

export const setuidKnown = defineCheck({
  id: 'filesystem.setuid-known',
  title: 'only programs of the distribution that need it run as their owner',
  why: 'A setuid copy of a shell is the simplest way back to root, and survives every change of password and key.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('of a package, as shipped, known to need it', 'CIS Ubuntu 24.04 7.1.13; Debian policy 10.9'),
  remediation: 'stat <FILE>; dpkg -S <FILE>; if nobody knows why: chmod u-s,g-s <FILE>, and look for who put it there',
  needs: { files: filesystemSetuid },
  evaluate: ({ files }, _policy, { name: host }) =>
    orPass(
      files.flatMap(({ path, mode, owner, group, package: from, changed }) => {
        const whys = [
          from === null ? 'of no package' : '',
          changed === true ? `differs from that of the package "${from}"` : '',
          from !== null && !known.has(path.slice(path.lastIndexOf('/') + 1)) ? `"${from}" does not bring it so` : '',
          isRootOnly({ mode, owner, group }) ? '' : 'others may write to it',
        ].filter(Boolean);
        if (whys.length === 0) return [];
        return [
          {
            status: 'fail',
            subject: path,
            expected: 'no setuid or setgid bit',
            actual: `${mode} ${owner}:${group}`,
            file: path,
            evidence: whys.join('; '),
          },
        ];
      }),
      host,
      `${files.length} files`,
    ),
});
