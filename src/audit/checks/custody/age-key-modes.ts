import { custodyHomeAt } from '../../../facts/custody/home.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'keys 0600 and of one name; recipients written by their owner only', source: 'valops: state' };

export const ageKeyModes = defineCheck({
  id: 'custody.age-key-modes',
  title: 'age keys are read by their owner alone, and their recipients are not writable by others',
  why: 'Who reads the key opens every backup sealed to it; who writes the recipient beside it has the next ones sealed to a key of their own.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chmod 0600 <KEY>; if it was open to others: valops keys rotate <SEALED FILES>',
  needs: ({ home }) => ({ home: custodyHomeAt(home) }),
  evaluate: ({ home: { path, entries } }) => {
    const keys = entries.filter(
      (one) =>
        one.path.startsWith(`${path}/age/`) && /^[^/]*\.(key(\..*)?|pub)$/.test(one.path.split('/').at(-1) ?? ''),
    );
    if (keys.length === 0) return [{ status: 'skip', subject: `${path}/age`, evidence: 'there are no age keys' }];
    return keys.map(({ path: file, mode, owner, type, links }) => {
      const isPublic = file.endsWith('.pub');
      const tooOpen = (parseInt(mode, 8) & (isPublic ? 0o022 : 0o077)) !== 0;
      const many = !isPublic && links > 1;
      return {
        status: type !== 'file' || tooOpen || many ? 'fail' : 'pass',
        subject: file,
        expected: isPublic ? '0644 or less' : '0600 or less, one name',
        actual: `${owner} ${mode}${type === 'file' ? '' : `, a ${type}`}${many ? `, ${links} names` : ''}`,
        file,
      };
    });
  },
});
