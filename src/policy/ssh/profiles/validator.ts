import { algorithms, userKeyAlgorithms } from '../algorithms.ts';
import { authentication, noPasswords } from '../authentication.ts';
import { forwarding } from '../forwarding.ts';
import { limits } from '../limits.ts';
import type { SshProfile } from '../setting.ts';

/** The default: what a validator needs and nothing more. */
export const validator: SshProfile = {
  name: 'validator',
  title: 'keys only, no root, strong algorithms; TCP tunnels to RPC ports stay possible',
  settings: [...authentication, ...noPasswords, ...limits, ...forwarding, ...algorithms, userKeyAlgorithms(true)],
  rsaBits: 3072,
  moduliBits: 3072,
  weakUserKeys: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
};
