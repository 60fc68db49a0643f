/** The one file that hardening writes directives to; it sorts before all others of its directory. */
export const dropInPath = '/etc/ssh/sshd_config.d/00-valops.conf';

/** Directory of drop-ins, as the Include of Debian and Ubuntu names it. */
export const dropInDirectory = '/etc/ssh/sshd_config.d';

/** Line by which the drop-in is read where no Include reads it early enough. */
export const includeLine = `Include ${dropInPath}`;

/** Begins a line which was taken out of a file, and stays in it. */
export const disabledMark = '#valops# ';
