import { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { Sha, Time, WebUrl, text } from '../reading/fields.ts';

/** What whoever sends a plan says about it. Without a phase it is a plan, not applied as far as we know. */
export const PlanContext = z.object({
  /** Tells service and environment where those are not given. */
  workspace: text(200),
  environment: text(200),
  service: text(200),
  phase: z.enum(['planned', 'started', 'applied', 'failed', 'cancelled']).nullish(),
  /** The CI job's run: plans of one run and workspace are one change, whatever their phase. */
  run: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((run) => outsideText(run, 150)),
  commit: z.string().toLowerCase().pipe(Sha).nullish(),
  repository: z
    .string()
    .regex(/^[\w.-]+(?:\/[\w.-]+)+$/, 'is not <owner>/<name>')
    .max(150)
    .toLowerCase()
    .nullish(),
  url: WebUrl,
  actor: text(200),
  finished_at: Time.nullish(),
});

export type PlanContext = z.output<typeof PlanContext> & { readonly receivedAt: Date; readonly catalog: Catalog };
