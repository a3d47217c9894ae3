import { z } from 'zod';
import { outsideText } from '../domain/outside-text.ts';
import { severities } from '../domain/signal.ts';
import { parseTimestamp } from '../domain/timestamp.ts';

const Line = (longest: number) =>
  z
    .string()
    .max(longest, `is longer than ${longest} characters`)
    .refine((text) => outsideText(text, longest) !== undefined, 'is empty');

const Moment = z.union([z.string(), z.number()]).transform((told, context) => {
  const at = parseTimestamp(told);
  if (at !== null) return at;
  context.addIssue({ code: 'custom', message: 'is not a time with its zone such as 2026-11-20T14:05:00Z' });
  return z.NEVER;
});

const ChannelId = z.string().regex(/^[CG][A-Z0-9]{2,30}$/, 'is not the id of a channel such as C024BE7LH');

const Channel = z.union(
  [
    ChannelId.transform((id) => ({ id, name: '', private: false })),
    z.object({ id: ChannelId, name: Line(80).default(''), private: z.boolean().default(false) }),
  ],
  'is neither the id of a channel nor {id, name, private}',
);

const facts = {
  title: Line(300),
  started_at: Moment,
  services: z.array(Line(200)).max(50),
  environment: Line(200),
  symptom: z.string().max(5000, 'is longer than 5000 characters'),
  severity: z.enum(severities, `is not one of ${severities.join(', ')}`),
} as const;

export const NewIncidentBody = z.object({
  title: facts.title,
  started_at: facts.started_at.optional(),
  services: facts.services.default([]),
  environment: facts.environment.nullish(),
  symptom: facts.symptom.nullish(),
  severity: facts.severity.nullish(),
  channel: Channel.nullish(),
  key: Line(400).nullish(),
});
export type NewIncidentBody = z.output<typeof NewIncidentBody>;

const statuses = ['open', 'mitigated', 'resolved'] as const;

/** Strict, because a word that is misspelt would be a correction without effect. */
export const IncidentPatch = z.strictObject({
  title: facts.title.optional(),
  started_at: facts.started_at.optional(),
  services: facts.services.optional(),
  environment: facts.environment.nullable().optional(),
  symptom: facts.symptom.optional(),
  severity: facts.severity.nullable().optional(),
  status: z.enum(statuses, `is not one of ${statuses.join(', ')}`).optional(),
  /** The id of a change; null: no change of the timeline. */
  cause: z
    .union([z.string(), z.number().int()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,18}$/, 'is not the id of a change'))
    .nullable()
    .optional(),
  cause_note: z.string().max(4000, 'is longer than 4000 characters').optional(),
});
export type IncidentPatch = z.output<typeof IncidentPatch>;

export const IncidentQuery = z.object({
  status: z.enum(['open', 'all'], 'is not one of open, all').default('all'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
