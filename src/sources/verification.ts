import { z } from 'zod';
import type { Statement } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { VerificationReport } from '../domain/verification.ts';
import { reader, told } from './reading/reader.ts';
import type { SourceDefinition } from './reading/source.ts';

const Identity = z.object({ type: z.string().min(1).max(50), value: z.string().min(1).max(500) });

/** What `src/parity/verify-deploy.ts` found out about a deploy. */
const Found: z.ZodType<VerificationReport> = z.object({
  /** By which the deploy is known. */
  identities: z.array(Identity).min(1).max(20),
  at: z.iso.datetime(),
  verified: z.boolean(),
  text: z.string().min(1).max(2000),
});

/** Our own looks at what was deployed. Nothing outside sends them: they are kept like any delivery, to be read again. */
export const verification: SourceDefinition = {
  name: 'verification',
  title: 'Verification',
  authentication: [],
  headers: [],
  deliveryKey: ({ body }) => {
    const read = Found.safeParse(body);
    return read.success ? keyOf(read.data) : null;
  },
  parse: ({ body, receivedAt, catalog }) => readFound(body, { receivedAt, catalog }),
};

/** It speaks about a deploy and claims none. */
const readFound = reader(Found, (found) => {
  const statement: Statement = {
    key: `verification:${keyOf(found)}`.slice(0, 500),
    source: 'verification',
    occurredAt: new Date(found.at).toISOString(),
    clock: 'source',
    phase: 'mentioned',
    authority: -1,
    details: { verification: `${found.verified ? 'verified' : 'not verified'}: ${outsideText(found.text, 500) ?? ''}` },
  };
  return told({ statement, identities: found.identities, mentions: [] });
});

function keyOf({ identities: [first], at }: VerificationReport): string {
  return `${first?.type}:${first?.value.slice(0, 300).toWellFormed()}:${at}`;
}
