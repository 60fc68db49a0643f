import type { Question } from '../../core/fact.ts';

export interface PamLine {
  readonly path: string;
  readonly line: number;
  /** `auth`, `account`, `password`, `session`. */
  readonly type: string;
  /** `required`, `sufficient`, `[success=1 default=ignore]`, …; `include` and `substack` name a file as their module. */
  readonly control: string;
  readonly module: string;
  readonly options: readonly string[];
}

/** Every rule of PAM (pam.conf(5)), as written. */
export const accountsPam: Question<readonly PamLine[]> = {
  id: 'accounts.pam',
  family: 'accounts',
  title: 'rules of PAM: who is let in by which module',
  script: () => `grep -aHn '^[[:space:]]*[-@a-zA-Z]' /etc/pam.d/* /dev/null
echo end`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end' || lines.length === 0) throw new Error('/etc/pam.d could not be read');
    return lines.flatMap((text): readonly PamLine[] => {
      const [, path = '', line = '', rule = ''] = /^([^:]+):(\d+):\s*(.*)$/.exec(text) ?? [];
      const at = { path, line: Number(line) };
      const [, included] = /^@include\s+(\S+)/.exec(rule) ?? [];
      if (included !== undefined) return [{ ...at, type: 'all', control: 'include', module: included, options: [] }];
      const [, type = '', control = '', module, options = ''] =
        /^-?(\w+)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*([^#]*)/.exec(rule) ?? [];
      if (module === undefined) return [];
      return [{ ...at, type, control, module, options: options.split(/\s+/).filter(Boolean).map(withoutSecret) }];
    });
  },
};

/** Modules of databases take their password as an option. */
function withoutSecret(option: string): string {
  return option.replace(/^(\w*passw\w*|\w*pw|\w*secret\w*|\w*token\w*|\w*key)=.*$/i, '$1=…');
}
