import { setTimeout as sleep } from 'node:timers/promises';
import { makeCleanHost, must } from './clean-host.mjs';
import { carryLynis } from './peers.mjs';

/** Everything that any checklist by cadence looks at; and what only those look at that an operator asks for by name. */
const checklist = 'quarterly';
const byName = ['nuttoo-runtime', 'execution-sandbox'];
const open = ['fail', 'unknown', 'due'];

/** Status by `id subject`, of every finding. Waivers do not count here: no host of a trial has one. */
const statuses = (report) => new Map(report.findings.map((one) => [`${one.id} ${one.subject}`, one]));

/** Findings that are open now, and were not, or not by the same status. */
export function newlyOpen(before, after) {
  const old = statuses(before);
  return after.findings.filter(
    ({ id, subject, status }) => open.includes(status) && old.get(`${id} ${subject}`)?.status !== status,
  );
}

/** `id subject before → after` for everything that differs. Findings that pass or are skipped come and go. */
export function differences(before, after) {
  const [a, b] = [statuses(before), statuses(after)];
  const isOpen = (one) => one !== undefined && open.includes(one.status);
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => (isOpen(a.get(key)) || isOpen(b.get(key))) && a.get(key)?.status !== b.get(key)?.status)
    .map((key) => `${key}: ${a.get(key)?.status ?? 'none'} → ${b.get(key)?.status ?? 'none'}`);
}

const covers = (patterns, id) =>
  patterns.some((one) => one === id || (one.endsWith('.*') && id.startsWith(one.slice(0, -1))));

const isNamed = ({ check, subject }, one) =>
  one.id === check && one.status !== 'unknown' && (subject === undefined || one.subject === subject);

/** Why the check that names a mutation did not find it; nothing when it did. */
function missed(mutation, found) {
  if (found.some((one) => isNamed(mutation, one))) return [];
  const { check, subject } = mutation;
  const hits = found.filter(({ id, status }) => id === check && status !== 'unknown');
  if (hits.length === 0) return [`not caught by ${check}`];
  return [`caught for ${hits.map((one) => `"${one.subject}"`).join(', ')}, not for "${subject}"`];
}

/** What turned up that none of these mutations says. Drift against what was accepted is as true of every change. */
function unexplained(mutations, found) {
  const expected = [...mutations.flatMap(({ also = [] }) => also), 'baseline.*'];
  return found
    .filter((one) => !mutations.some((mutation) => isNamed(mutation, one)) && !covers(expected, one.id))
    .map(({ status, id, subject, evidence }) => {
      const because = evidence === undefined ? '' : ` (${evidence.slice(0, 120)})`;
      return `also ${status}: ${id} "${subject}"${because}`;
    });
}

/** What a mutation touches, as far as its script says: files, and the validator, which several of them restart. */
const touched = ({ apply }) => new Set(apply.match(/\/(?:[\w.-]+\/)+[\w.-]+|\bvalidator\b/g) ?? []);

/**
 * Groups of at most `size` that may be made at once: of different files and checks, nothing declared for them, nothing touched by both, and none
 * that says of itself what another one's check would find.
 */
export function grouped(mutations, size) {
  const apart = (a, b) =>
    a.file === b.file ||
    a.policy !== undefined ||
    b.policy !== undefined ||
    a.check === b.check ||
    covers(a.also ?? [], b.check) ||
    covers(b.also ?? [], a.check) ||
    [...touched(a)].some((one) => touched(b).has(one));
  const groups = [];
  for (const mutation of mutations) {
    const group = groups.find((one) => one.length < size && !one.some((other) => apart(other, mutation)));
    if (group === undefined) groups.push([mutation]);
    else group.push(mutation);
  }
  return groups;
}

/** A clean host with its operator and what it looks like untouched, to itself and to the peers. */
export class Bench {
  constructor(host, operator, { peers, peersOnly, thorough, say }) {
    Object.assign(this, { host, operator, peers, peersOnly, thorough, say, clean: null, quiet: new Map(), unseen: [] });
  }

  async make() {
    this.unseen = [];
    await makeCleanHost(this.host, this.operator, this.say);
    if (this.peers.some(({ name }) => name === 'lynis')) await carryLynis(this.host);
    // the first run tells the second one apart from: what changes by itself must not count
    await this.look();
    this.clean = await this.look();
    for (const { name, ask } of this.peers) {
      const said = [await ask(this.host), await ask(this.host)];
      this.quiet.set(name, new Set(said.flat()));
      this.always = { ...this.always, [name]: said[0].filter((line) => said[1].includes(line)) };
    }
  }

  async look(more = []) {
    // a person logs in less often than this does: the count of the firewall's limit begins anew
    await this.host.console('nft flush set inet valops ssh4 2>/dev/null || true');
    const { reports } = await this.operator.audit([checklist, ...more]);
    return { findings: reports.flatMap(({ findings }) => findings) };
  }

  /**
   * Makes a misconfiguration, audits, and takes it back. `problems` is empty when the check that names it found
   * it, and nothing else was found that `also` does not list. That all is as before after the undo is seen by the
   * next audit: where that one is not as it must, or `last` is true, or `thorough`, by one of its own.
   */
  async try(mutation, last = false) {
    const { name, apply, undo, settle = 0, policy } = mutation;
    const problems = [];
    const noticed = {};
    let found = [];
    const started = Date.now();
    try {
      if (policy !== undefined) this.operator.declareAlso(policy);
      const more = policy === undefined ? [] : byName;
      const before = policy === undefined ? this.clean : await this.look(more);
      await must(this.host, apply);
      await sleep(settle * 1000);
      if (!this.peersOnly) {
        found = newlyOpen(before, await this.look(more));
        problems.push(...missed(mutation, found), ...unexplained([mutation], found));
      }
      for (const { name: peer, ask } of this.peers) noticed[peer] = this.differs(peer, await ask(this.host));
    } catch (error) {
      problems.push(`could not be made or looked at: ${error.message.slice(0, 400)}`);
    }
    this.operator.declareAlso({});
    problems.push(...(await this.undo([undo], settle, [name], problems.length > 0 || last || this.thorough, last)));
    return { mutation, name, found, problems, noticed, together: 1, seconds: (Date.now() - started) / 1000 };
  }

  /**
   * Makes several at once. `results` holds those which their own checks found, provided that nothing else turned up
   * and all was well after the undo; `again` those to be tried alone.
   */
  async tryTogether(mutations, last = false) {
    const started = Date.now();
    const settle = Math.max(...mutations.map((one) => one.settle ?? 0));
    const made = [];
    const problems = [];
    let found = [];
    try {
      for (const mutation of mutations) {
        made.unshift(mutation);
        await must(this.host, mutation.apply);
      }
      await sleep(settle * 1000);
      found = newlyOpen(this.clean, await this.look());
      problems.push(...unexplained(mutations, found));
    } catch (error) {
      problems.push(`could not be made or looked at: ${error.message.slice(0, 400)}`);
    }
    const caught = mutations.filter((one) => missed(one, found).length === 0);
    const [undos, names] = [made.map(({ undo }) => undo), mutations.map(({ name }) => name)];
    problems.push(...(await this.undo(undos, settle, names, problems.length > 0 || last || this.thorough, last)));
    for (const problem of problems) this.say(`together ${names.join(', ')}: ${problem}`);
    const seconds = (Date.now() - started) / 1000 / mutations.length;
    const well = problems.length > 0 ? [] : caught;
    return {
      results: well.map((mutation) => ({
        mutation,
        name: mutation.name,
        found: found.filter((one) => isNamed(mutation, one)),
        problems: [],
        noticed: {},
        together: mutations.length,
        seconds,
      })),
      again: mutations.filter((one) => !well.includes(one)),
    };
  }

  /** Takes back; problems when the host is not as it was, for which it is made anew unless it was the last. */
  async undo(undos, settle, names, look, last) {
    const undone = await this.takeBack(undos, settle, look).catch((error) => [error.message.slice(0, 400)]);
    const since = this.unseen.length === 0 ? '' : `, or of ${this.unseen.join(', ')}`;
    this.unseen = look ? [] : [...this.unseen, ...names];
    if (undone.length > 0 && !last) await this.make();
    return undone.map((line) => `after its undo${since}: ${line}`);
  }

  differs(peer, said) {
    const now = new Set(said);
    return [...now].some((line) => !this.quiet.get(peer).has(line)) || this.always[peer].some((line) => !now.has(line));
  }

  /** What differs from the clean host after the undo; some things need a moment to be as they were. */
  async takeBack(undos, settle, look) {
    for (const undo of undos) await must(this.host, undo);
    await sleep(settle * 1000);
    if (!look) return [];
    let left = [];
    for (let tries = 0; tries < 2; tries++) {
      if (tries > 0) await sleep(1500);
      left = differences(this.clean, await this.look());
      if (left.length === 0) break;
    }
    return left;
  }
}
