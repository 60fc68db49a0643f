import { cisL1 } from './profiles/cis-l1.ts';
import { sshAudit } from './profiles/ssh-audit.ts';
import { validator } from './profiles/validator.ts';
import type { SshProfile } from './setting.ts';

/** All profiles; the first is the default. */
export const sshProfiles: readonly SshProfile[] = [validator, cisL1, sshAudit];
