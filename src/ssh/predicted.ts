import type { SshdSettings } from '../facts/sshd-settings.ts';
import { isWithin } from '../policy/ssh/judge.ts';
import type { Judged } from './judged.ts';

/**
 * The effective configuration for one connection once the policy is applied: a value that a Match
 * block gives it stays when it is within the policy, every other one is what will be written.
 */
export function predictSettings(judged: readonly Judged[], base: SshdSettings, connection: SshdSettings): SshdSettings {
  const changed = judged
    .filter(({ inapplicable, write }) => inapplicable === null && write.length > 0)
    .map(({ setting, write }): [string, readonly string[]] => {
      const keyword = setting.directive.toLowerCase();
      const own = connection[keyword];
      const special = own !== undefined && own.join('\n') !== (base[keyword] ?? []).join('\n');
      if (special && isWithin(setting, connection)) return [keyword, own];
      return [keyword, setting.wanted.kind === 'set' ? write.flatMap((value) => value.split(' ')) : write];
    });
  return { ...connection, ...Object.fromEntries(changed) };
}
