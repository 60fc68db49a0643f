import * as z from 'zod/mini';
import type { Artifact } from '../../verifier.ts';

const statement = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ name: z.optional(z.string()), digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
});

/** An in-toto statement (in-toto attestation framework v1), as far as it is judged. */
export type Statement = Readonly<z.infer<typeof statement>>;

/** Reads the payload of a DSSE envelope. Throws an Error that says what is wrong with it. */
export function readStatement(payloadType: string, payload: Uint8Array): Statement {
  if (payloadType !== 'application/vnd.in-toto+json')
    throw new Error(`it attests to "${payloadType}", not to an in-toto statement`);
  const read = statement.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
  if (!read.success) throw new Error('its in-toto statement is not whole');
  return read.data;
}

/** Whether one of the statement's subjects is the artifact: every SHA-2 digest given for it agrees. */
export async function isAbout({ subject }: Statement, artifact: Artifact): Promise<boolean> {
  for (const { digest } of subject) {
    const { sha256, sha512 } = digest;
    if (sha256 === undefined && sha512 === undefined) continue;
    if (sha256 !== undefined && sha256.toLowerCase() !== artifact.sha256) continue;
    if (sha512 !== undefined && sha512.toLowerCase() !== (await artifact.digest('sha512'))) continue;
    return true;
  }
  return false;
}
