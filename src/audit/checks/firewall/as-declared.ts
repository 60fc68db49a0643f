import { checkFirewall } from '../../../firewall/check.ts';
import { firewallQuestions, neededFacts } from '../../../firewall/facts.ts';
import { defineCheck } from '../../check.ts';

const questions = Object.fromEntries(neededFacts.map((question) => [question.id, question]));
const others = Object.fromEntries(
  firewallQuestions.filter(({ id }) => questions[id] === undefined).map((question) => [question.id, question]),
);

export const asDeclared = defineCheck({
  id: 'firewall.as-declared',
  title: 'the rules that run, and those of the next boot, are the declared ones',
  why: 'A rule somebody opened for an hour stays open for a year, and one that is not there at boot is gone with the next power cut.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'as valops.yaml declares', source: 'valops.yaml' },
    'cis-l1': { want: 'as valops.yaml declares', source: 'valops.yaml' },
  },
  remediation: 'See the difference: valops firewall plan --host <HOST>; then: valops firewall apply --host <HOST>',
  fix: 'firewall',
  needs: questions,
  maybe: others,
  evaluate: (_facts, { firewall, ssh }, snapshot) => {
    if (firewall === undefined)
      return [{ status: 'skip', subject: snapshot.name, evidence: 'valops.yaml declares no firewall' }];
    const order = { policy: firewall, backend: undefined, prune: false, sshPort: ssh.port };
    return checkFirewall(snapshot, snapshot.login, order)
      .filter(({ id }) => /^(firewall\.|FIREWALL_|rules$)/.test(id))
      .map(({ id, status, message }) => ({ status, subject: id, expected: 'as declared', evidence: message }));
  },
});
