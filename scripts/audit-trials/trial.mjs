import { setTimeout as sleep } from 'node:timers/promises';
import { makeCleanHost, must } from './clean-host.mjs';
import { carryLynis } from './peers.mjs';

/** Everything that any checklist by cadence looks at. */
const checklist = 'quarterly';
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

/** A clean host with its operator and what it looks like untouched, to itself and to the peers. */
export class Bench {
  constructor(host, operator, { peers, thorough, say }) {
    Object.assign(this, { host, operator, peers, thorough, say, clean: null, quiet: new Map(), unseen: [] });
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

  async look() {
    // a person logs in less often than this does: the count of the firewall's limit begins anew
    await this.host.console('nft flush set inet valops ssh4 2>/dev/null || true');
    const { reports } = await this.operator.audit([checklist]);
    return reports[0];
  }

  /**
   * Makes a misconfiguration, audits, and takes it back. `problems` is empty when the check that names it found
   * it, and nothing else was found that `also` does not list. That all is as before after the undo is seen by the
   * next audit: where that one is not as it must, or `last` is true, or `thorough`, by one of its own.
   */
  async try(mutation, last = false) {
    const { name, check, subject, apply, undo, settle = 0, also = [] } = mutation;
    const problems = [];
    const noticed = {};
    let found = [];
    const started = Date.now();
    try {
      await must(this.host, apply);
      await sleep(settle * 1000);
      found = newlyOpen(this.clean, await this.look());
      const hits = found.filter((one) => one.id === check && one.status !== 'unknown');
      const named = subject === undefined ? hits : hits.filter((one) => one.subject === subject);
      if (hits.length === 0) problems.push(`not caught by ${check}`);
      else if (named.length === 0)
        problems.push(`caught for ${hits.map((one) => `"${one.subject}"`).join(', ')}, not for "${subject}"`);
      // drift against what was accepted is as true of every change
      const expected = [...also, 'baseline.*'];
      for (const one of found.filter((other) => !named.includes(other) && !covers(expected, other.id)))
        problems.push(
          `also ${one.status}: ${one.id} "${one.subject}"${one.evidence === undefined ? '' : ` (${one.evidence.slice(0, 120)})`}`,
        );
      for (const { name: peer, ask } of this.peers) noticed[peer] = this.differs(peer, await ask(this.host));
    } catch (error) {
      problems.push(`could not be made or looked at: ${error.message.slice(0, 400)}`);
    }
    const look = problems.length > 0 || last || this.thorough;
    const undone = await this.takeBack(undo, settle, look).catch((error) => [error.message.slice(0, 400)]);
    const since = this.unseen.length === 0 ? '' : `, or of ${this.unseen.join(', ')}`;
    this.unseen = look ? [] : [...this.unseen, name];
    if (undone.length > 0) {
      problems.push(...undone.map((line) => `after its undo${since}: ${line}`));
      if (!last) await this.make();
    }
    return { mutation, name, found, problems, noticed, seconds: (Date.now() - started) / 1000 };
  }

  differs(peer, said) {
    const now = new Set(said);
    return [...now].some((line) => !this.quiet.get(peer).has(line)) || this.always[peer].some((line) => !now.has(line));
  }

  /** What differs from the clean host after the undo; some things need a moment to be as they were. */
  async takeBack(undo, settle, look) {
    await must(this.host, undo);
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
