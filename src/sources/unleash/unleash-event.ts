import { z } from 'zod';
import { Id, Time, text } from '../reading/fields.ts';

/** `data` and `preData` are what it says about, after and before; their shape depends on the type. */
export const UnleashEvent = z.object({
  id: Id.nullish().transform((id) => id ?? undefined),
  type: z.string().max(100),
  createdAt: Time.nullish().transform((time) => time ?? undefined),
  createdBy: text(200),
  featureName: text(100),
  project: text(100),
  environment: text(100),
  data: z.unknown().optional(),
  preData: z.unknown().optional(),
});
export type UnleashEvent = z.output<typeof UnleashEvent>;
