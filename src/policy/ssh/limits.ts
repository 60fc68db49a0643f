import type { SshSetting } from './setting.ts';
import { word } from './word.ts';

const cis = (number: string): string => `CIS Ubuntu 24.04 5.1.${number}`;

/** How long and how often somebody may try, and what is logged of it. */
export const limits: readonly SshSetting[] = [
  {
    directive: 'MaxAuthTries',
    wanted: { kind: 'number', write: 4, least: 1, most: 4 },
    reason: 'slows guessing down and logs it early',
    sources: [cis('16')],
  },
  {
    directive: 'MaxSessions',
    wanted: { kind: 'number', write: 10, least: 1, most: 10 },
    reason: 'bounds what one connection can open',
    sources: [cis('17')],
  },
  {
    directive: 'MaxStartups',
    wanted: { kind: 'startups', most: [10, 30, 60] },
    reason: 'bounds connections that have not logged in',
    sources: [cis('18')],
  },
  {
    directive: 'LoginGraceTime',
    wanted: { kind: 'number', write: 60, least: 1, most: 60 },
    reason: 'connections that never log in are dropped; 0 would mean never',
    sources: [cis('13')],
  },
  {
    directive: 'ClientAliveInterval',
    wanted: { kind: 'number', write: 300, least: 1, most: 300 },
    reason: 'a dead session is noticed',
    sources: [cis('7')],
  },
  {
    directive: 'ClientAliveCountMax',
    wanted: { kind: 'number', write: 3, least: 1, most: 3 },
    reason: 'a dead session is ended',
    sources: [cis('7')],
  },
  {
    directive: 'LogLevel',
    wanted: word('VERBOSE', 'INFO'),
    reason: 'who logged in with which key is on record, and nothing private is',
    sources: [cis('14'), 'Lynis SSH-7408'],
  },
];
