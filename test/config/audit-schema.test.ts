import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/valops-yaml.ts';

const faults = (yaml: string): string => {
  try {
    parseConfig(`audit:\n${yaml}`, 'valops.yaml');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};
const waiver = (expires: string): string =>
  `  waivers: [{ check: ssh.moduli, subject: "*", reason: r, owner: o, expires: "${expires}" }]`;

describe('audit in valops.yaml', () => {
  test('is empty unless declared', () => {
    expect(parseConfig('', 'valops.yaml').audit).toEqual({
      serviceUsers: [],
      loginSources: [],
      units: [],
      keyPlaces: [],
      home: '/root/.valops',
      binariesPrefix: '/opt/valops',
      repositories: [],
      services: [],
      checklists: {},
      waivers: [],
    });
    expect(faults('  serviceUsers: [validator]')).toBe('');
  });

  test('a service needs a name and one way to it; the rest is given', () => {
    const one = (members: string): string => faults(`  services: [{ ${members} }]`);
    const { services } = parseConfig(
      'audit: { services: [{ name: api, url: "https://[::1]:8443" }] }',
      'valops.yaml',
    ).audit;
    expect(services[0]).toMatchObject({
      readyPath: '/readyz',
      bodyPath: '/',
      sample: '{}',
      caps: { body: 1_048_576, rate: 500 },
    });
    expect(one('name: api, socket: /run/api.sock, caps: { rate: 5 }')).toBe('');
    expect(one('name: api')).toContain('expected one of "url" and "socket"');
    expect(one('name: api, url: "http://h:1", socket: /s')).toContain('expected one of "url" and "socket"');
    for (const url of ['ftp://h', 'http://u:p@h', 'http://h/path', 'h:80'])
      expect(one(`name: api, url: "${url}"`)).toContain('expected http://HOST:PORT');
    expect(faults('  services: [{ name: a, socket: /s }, { name: a, socket: /t }]')).toContain('each name only once');
    expect(faults('  amnesia: { places: [] }')).not.toBe('');
    expect(faults('  amnesia: { places: [/srv/node] }')).toBe('');
  });

  test.each(['2028-02-29', '2026-12-31', '2026-12-31T10:00Z', '2026-12-31T10:00:30Z'])('a waiver may end %s', (end) => {
    expect(faults(waiver(end))).toBe('');
  });

  test.each(['2027-02-29', '2026-13-01', '31.12.2026', 'never', '2026-12-31T10:00', '2026-12-31T10:00+01:00'])(
    'it may not end "%s": the zone is UTC, and the day exists',
    (end) => {
      expect(faults(waiver(end))).toContain('audit.waivers.0.expires: expected a day');
    },
  );

  test('a waiver without a reason, an owner or an end is none', () => {
    const message = faults('  waivers: [{ check: ssh.moduli, subject: "*" }]');
    for (const member of ['reason', 'owner', 'expires'])
      expect(message).toContain(`audit.waivers.0.${member}: is missing`);
  });

  test('every other fault is named where it stands', () => {
    expect(faults('  profil: cis-l1')).toContain('did you mean "profile"?');
    expect(faults('  loginSources: [10.0.0.0/33]')).toContain('2:18: audit.loginSources.0');
    expect(faults('  keyPlaces: [id.json]')).toContain('expected an absolute path');
    expect(faults('  checklists: { "../x": {} }')).toContain('lowercase letters');
    expect(faults('  checklists: { a: { checks: [ssh] } }')).toContain('expected the id of a check');
    const own = (members: string): string =>
      faults(`  checklists: { a: { own: [{ id: own.x, title: t, run: [x], ${members} }] } }`);
    expect(own('timeout: 5')).toBe('');
    expect(own('timeout: 900')).toContain('expected seconds, 1 to 120');
    expect(own('expect: "("')).toContain('expected a regular expression');
    expect(faults('  checklists: { a: { own: [{ id: x, title: t, run: [x] }] } }')).toContain(
      'expected "own." and a name',
    );
    expect(faults('  checklists: { a: { own: [{ id: own.x, title: t, run: [] }] } }')).not.toBe('');
  });
});
