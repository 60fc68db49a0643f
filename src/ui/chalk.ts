import { Chalk } from 'chalk';

/** The 16 basic colours only: readable on every terminal, light or dark. */
export const chalk = new Chalk({ level: 1 });
