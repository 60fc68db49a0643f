/** A UTC time in file names: `20260102T030405Z`. */
export function compactTime(time: string): string {
  return `${time.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** The name of the one backup of an identity, which its newest one always has. */
export function identityBackupName(publicId: string): string {
  return `identity-backup-${inName(publicId)}.age`;
}

/** The name of a backup of several things. */
export function hostBackupName(host: string, createdAt: string): string {
  return `backup-${inName(host)}-${compactTime(createdAt)}.age`;
}

/** Letters which every file system takes; file systems allow names of 255 bytes. */
function inName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 160);
}
