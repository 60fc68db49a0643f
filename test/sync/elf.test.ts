import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProgram, wrongPlatform } from '../../src/sync/elf.ts';

/** An ELF header as the gABI lays it out, rest zero. */
function elf(machine: number, bits: 1 | 2 = 2, endian: 1 | 2 = 1): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, bits, endian, 1]);
  if (endian === 1) header.writeUInt16LE(machine, 18);
  else header.writeUInt16BE(machine, 18);
  return header;
}

/** A program that does not say what it is for anyone, cut to the bytes a reader has. */
function beginning(bytes: readonly number[] | string): Buffer {
  return Buffer.concat([Buffer.from(bytes as string, 'latin1'), Buffer.alloc(64)]).subarray(0, 64);
}

describe('the platform of a program', () => {
  test('the program that runs this test fits this machine and no other', () => {
    const head = readFileSync(process.execPath).subarray(0, 64);
    const [own, other] = process.arch === 'x64' ? ['linux-x64', 'linux-arm64'] : ['linux-arm64', 'linux-x64'];
    expect(wrongPlatform(head, own)).toBeUndefined();
    expect(wrongPlatform(head, other)).toMatch(/^an ELF program for (x86-64|AArch64), 64 bit, little-endian$/);
  });

  test.each([
    [elf(62), 'linux-x64', undefined],
    [elf(183), 'linux-arm64', undefined],
    [elf(183), 'linux-x64', 'an ELF program for AArch64, 64 bit, little-endian'],
    [elf(62), 'linux-arm64', 'an ELF program for x86-64, 64 bit, little-endian'],
    // the x32 interface: the machine is right, the class is not
    [elf(62, 1), 'linux-x64', 'an ELF program for x86-64, 32 bit, little-endian'],
    [elf(3, 1), 'linux-x64', 'an ELF program for x86 (32 bit), 32 bit, little-endian'],
    [elf(183, 2, 2), 'linux-arm64', 'an ELF program for AArch64, 64 bit, big-endian'],
    [elf(22, 2, 2), 'linux-x64', 'an ELF program for IBM Z, 64 bit, big-endian'],
    [elf(9999), 'linux-x64', 'an ELF program for machine 9999, 64 bit, little-endian'],
    [elf(62), 'freebsd-x64', undefined],
    [beginning('MZ\u0090'), 'linux-x64', 'a Windows program (PE)'],
    [beginning([0xcf, 0xfa, 0xed, 0xfe]), 'linux-arm64', 'a macOS program (Mach-O)'],
    [beginning([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), 'linux-arm64', 'a macOS program (Mach-O)'],
    // a Java class
    [beginning([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]), 'linux-x64', undefined],
    [beginning('#!/bin/sh\n'), 'linux-x64', undefined],
    [Buffer.from('MZ'), 'linux-x64', undefined],
    [Buffer.from('\u007fELF', 'latin1'), 'linux-x64', undefined],
    [Buffer.alloc(0), 'linux-x64', undefined],
  ])('%#', (head, platform, expected) => {
    expect(wrongPlatform(head, platform)).toBe(expected);
  });

  test('a header is read from a part of a larger chunk', () => {
    const chunk = Buffer.concat([Buffer.alloc(7), elf(183), Buffer.alloc(100, 0xff)]);
    expect(readProgram(chunk.subarray(7))).toEqual({ format: 'elf', bits: 64, endian: 'little', machine: 183 });
  });
});
