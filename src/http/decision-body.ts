import { z } from 'zod';
import { type Decision, uselessCauses } from '../domain/backports/decision.ts';
import { outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';

const Line = (longest: number) =>
  z
    .string('is missing')
    .max(longest, `is longer than ${longest} characters`)
    .refine((text) => outsideText(text, longest) !== undefined, 'is empty');

const Written = z.union([z.string(), z.number()], 'is missing');

const Moment = Written.transform(momentOf);

const MomentOrRelease = Written.transform((told, context) =>
  told === 'release' ? ('release' as const) : momentOf(told, context),
);

/** A day begins at midnight, UTC. */
function momentOf(told: string | number, context: z.RefinementCtx): Date {
  const at = parseTimestamp(typeof told === 'string' && /^\d{4}-\d\d-\d\d$/.test(told) ? `${told}T00:00:00Z` : told);
  if (at !== null) return at;
  context.addIssue({ code: 'custom', message: 'is neither a day such as 2026-11-20 nor a time with its zone' });
  return z.NEVER;
}

const said = {
  /** Who says so, where a program asks for people: a Slack member id tells best. */
  by: Line(200).optional(),
} as const;

/** Strict, because a word that is misspelt would be a decision without effect. */
const Body = z.discriminatedUnion(
  'decision',
  [
    z.strictObject({ ...said, decision: z.literal('propose'), commit: Line(2000) }),
    z.strictObject({
      ...said,
      decision: z.literal('answer'),
      yes: z.boolean('is neither true nor false'),
      commit: z
        .string()
        .regex(/^[0-9a-f]{40}$/, 'is not 40 hex digits')
        .optional(),
    }),
    z.strictObject({
      ...said,
      decision: z.literal('snooze'),
      until: MomentOrRelease,
      reason: Line(1000).nullish(),
    }),
    z.strictObject({ ...said, decision: z.literal('wake') }),
    z.strictObject({ ...said, decision: z.literal('waive'), reason: Line(1000), until: Moment }),
    z.strictObject({ ...said, decision: z.literal('second') }),
    z.strictObject({
      ...said,
      decision: z.literal('useless'),
      cause: z.enum(uselessCauses, `is not one of ${uselessCauses.join(', ')}`),
    }),
    z.strictObject({ ...said, decision: z.literal('hand-over'), to: Line(320) }),
  ],
  'is not one of propose, answer, snooze, wake, waive, second, useless, hand-over',
);

/** `by`: undefined: whoever asks. */
export const DecisionBody = Body.transform((body): { readonly decision: Decision; readonly by: string | undefined } => {
  const { by } = body;
  switch (body.decision) {
    case 'propose':
      return { by, decision: { kind: 'propose', commit: body.commit } };
    case 'answer': {
      const { yes, commit } = body;
      return { by, decision: { kind: 'answer', yes, ...(commit === undefined ? {} : { commit }) } };
    }
    case 'snooze':
      return { by, decision: { kind: 'snooze', until: body.until, reason: body.reason ?? null } };
    case 'wake':
    case 'second':
      return { by, decision: { kind: body.decision } };
    case 'waive':
      return { by, decision: { kind: 'waive', reason: body.reason, until: body.until } };
    case 'useless':
      return { by, decision: { kind: 'useless', cause: body.cause } };
    case 'hand-over':
      return { by, decision: { kind: 'hand-over', to: body.to } };
  }
});
