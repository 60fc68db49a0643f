import type { Question } from '../core/fact.ts';
import { sshAlgorithms } from './ssh/algorithms.ts';
import { sshAuthorizedKeys } from './ssh/authorized-keys.ts';
import { sshEffectiveForLogin } from './ssh/effective-for-login.ts';
import { sshEffectiveForRoot } from './ssh/effective-for-root.ts';
import { sshEffective } from './ssh/effective.ts';
import { sshFiles } from './ssh/files.ts';
import { sshHostKeys } from './ssh/host-keys.ts';
import { sshModuli } from './ssh/moduli.ts';
import { sshUnit } from './ssh/unit.ts';
import { sshVersion } from './ssh/version.ts';

/** Every question there is, in the order in which facts are shown. */
export const questions: readonly Question<unknown>[] = [
  sshVersion,
  sshEffective,
  sshEffectiveForLogin,
  sshEffectiveForRoot,
  sshFiles,
  sshUnit,
  sshHostKeys,
  sshModuli,
  sshAuthorizedKeys,
  sshAlgorithms,
];
