import type { Question } from '../../core/fact.ts';

export interface BinaryFormat {
  readonly name: string;
  readonly interpreter: string;
  /** `C`: runs with the rights of the file it is for, setuid ones included (kernel docs, binfmt-misc). */
  readonly flags: string;
}

/** Interpreters that the kernel starts for files of a format (binfmt_misc). Empty where it is not mounted. */
export const persistenceBinaryFormats: Question<readonly BinaryFormat[]> = {
  id: 'persistence.binary-formats',
  family: 'persistence',
  title: 'interpreters that the kernel starts for foreign programs',
  script: () => `for path in /proc/sys/fs/binfmt_misc/*; do
  case $path in */status | */register | *'*') continue ;; esac
  awk -v name="\${path##*/}" '$1 == "interpreter" { i = $2 } $1 == "flags:" { f = $2 } END { print name "\\t" i "\\t" f }' "$path"
done
echo end`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end') throw new Error('the list of formats is not whole');
    return lines.map((line) => {
      const [name = '', interpreter = '', flags = ''] = line.split('\t');
      return { name, interpreter, flags };
    });
  },
};
