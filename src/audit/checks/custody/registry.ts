import type { Check } from '../../check.ts';
import { ageKeyModes } from './age-key-modes.ts';
import { cardsHaveSealed } from './cards-have-sealed.ts';
import { deployedModes } from './deployed-modes.ts';
import { deployedPaths } from './deployed-paths.ts';
import { homePrivate } from './home-private.ts';
import { journalWhole } from './journal-whole.ts';
import { keyUse } from './key-use.ts';
import { noKeyBesideBackup } from './no-key-beside-backup.ts';
import { noPlainAgeKeys } from './no-plain-age-keys.ts';
import { noPlainSshKeys } from './no-plain-ssh-keys.ts';
import { noPlainValidatorKeys } from './no-plain-validator-keys.ts';
import { noUnfinishedWork } from './no-unfinished-work.ts';
import { noWithdrawerKey } from './no-withdrawer-key.ts';
import { retiredKeys } from './retired-keys.ts';

export const custodyChecks: readonly Check[] = [
  ageKeyModes,
  cardsHaveSealed,
  deployedModes,
  deployedPaths,
  homePrivate,
  journalWhole,
  keyUse,
  noKeyBesideBackup,
  noPlainAgeKeys,
  noPlainSshKeys,
  noPlainValidatorKeys,
  noUnfinishedWork,
  noWithdrawerKey,
  retiredKeys,
];
