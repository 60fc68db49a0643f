import { judgeRefusal, outcomeText, worst } from '../../probe-outcome.ts';
import { serviceCheck } from '../../service-check.ts';

export const bodyCapped = serviceCheck({
  id: 'service.body-capped',
  title: 'too large a body is refused before it was sent whole',
  why: 'Whoever may send without end fills the memory or the disk of the host, for the price of one connection.',
  severity: 'high',
  remediation:
    'cap bodies where they are read, announced or not: client_max_body_size (nginx), DefaultBodyLimit (axum), bodyLimit (fastify)',
  want: 'refused with 413, announced or not',
  source: 'RFC 9110 15.5.14; OWASP ASVS 5 V4.3',
  part: 'body',
  evaluate: ({ small, announced, unannounced }, { caps }) => ({
    ...worst(judgeRefusal(announced, small, false), judgeRefusal(unannounced, small, false)),
    expected: `refused beyond ${caps.body} bytes, with 413`,
    actual: `announced: ${outcomeText(announced)}; not announced: ${outcomeText(unannounced)}`,
  }),
});
