/** What the first bytes of a file say about the machine it runs on. */
export type Program =
  | {
      readonly format: 'elf';
      readonly bits: 32 | 64;
      readonly endian: 'little' | 'big';
      /** `e_machine`; 62 is x86-64, 183 AArch64. */
      readonly machine: number;
    }
  | { readonly format: 'pe' }
  | { readonly format: 'mach-o' }
  /** A script, data, anything that no machine runs by itself. */
  | { readonly format: 'other' };

/** Names of the usual `e_machine` values, from the System V gABI registry. */
const machines: Readonly<Record<number, string>> = {
  3: 'x86 (32 bit)',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC 64',
  22: 'IBM Z',
  40: 'ARM (32 bit)',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
};

const platforms: Readonly<Record<string, number>> = { 'linux-x64': 62, 'linux-arm64': 183 };

/** Mach-O magics, thin and universal, in both byte orders (`<mach-o/loader.h>`, `<mach-o/fat.h>`). */
const machO = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xbebafeca]);

/** Reads the header of a program from its first 64 bytes (fewer for shorter files). */
export function readProgram(head: Uint8Array): Program {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64));
  if (bytes.length >= 20 && bytes.readUInt32BE(0) === 0x7f454c46) {
    const endian = bytes[5] === 2 ? 'big' : 'little';
    const machine = endian === 'big' ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
    return { format: 'elf', bits: bytes[4] === 2 ? 64 : 32, endian, machine };
  }
  if (bytes.length === 64 && bytes.toString('latin1', 0, 2) === 'MZ') return { format: 'pe' };
  if (bytes.length >= 8 && isMachO(bytes)) return { format: 'mach-o' };
  return { format: 'other' };
}

function isMachO(bytes: Buffer): boolean {
  const magic = bytes.readUInt32BE(0);
  // A Java class begins like a universal binary, but has a version there where that counts its machines.
  return machO.has(magic) && !(magic === 0xcafebabe && bytes.readUInt32BE(4) >= 45);
}

/**
 * What a file with these first 64 bytes is instead of a program for the platform `linux-x64` or
 * `linux-arm64`, with its article; undefined when it is one, when it is no program of any machine (scripts, data),
 * or when the platform is neither.
 */
export function wrongPlatform(head: Uint8Array, platformId: string): string | undefined {
  const expected = platforms[platformId];
  const program = readProgram(head);
  if (expected === undefined || program.format === 'other') return undefined;
  if (program.format === 'pe') return 'a Windows program (PE)';
  if (program.format === 'mach-o') return 'a macOS program (Mach-O)';
  const { machine, bits, endian } = program;
  if (machine === expected && bits === 64 && endian === 'little') return undefined;
  return `an ELF program for ${machines[machine] ?? `machine ${machine}`}, ${bits} bit, ${endian}-endian`;
}
