import { z } from 'zod';
import { Time, name, text } from '../reading/fields.ts';

const Change = z.object({
  actions: z.array(z.string()).max(10),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.unknown().optional(),
  importing: z.unknown().optional(),
});

const ResourceChange = z.object({
  address: name(300),
  deposed: text(50),
  action_reason: text(100),
  change: Change,
});
export type ResourceChange = z.output<typeof ResourceChange>;

/** The parts of `show -json` that say what changes: https://developer.hashicorp.com/terraform/internals/json-format */
export const Plan = z.object({
  format_version: z.string(),
  errored: z.boolean().nullish(),
  /** Since Terraform 1.5 and OpenTofu 1.6. */
  timestamp: Time.nullish(),
  resource_changes: z.array(ResourceChange).nullish(),
  resource_drift: z.array(ResourceChange).nullish(),
  output_changes: z
    .record(z.string(), z.object({ actions: z.array(z.string()).max(10), after: z.unknown().optional() }))
    .nullish(),
  prior_state: z.object({ values: z.object({ outputs: z.unknown().optional() }).nullish() }).nullish(),
});
export type Plan = z.output<typeof Plan>;

export type Action = 'create' | 'update' | 'replace' | 'delete' | 'import' | 'forget';

/**
 * What happens to it, as Terraform's own summary counts it. Null for what changes nothing: data that is read, resources
 * left alone or only known by another address now. The order of a replacement's two actions tells which comes first.
 */
export function actionOf({ change: { actions, importing } }: ResourceChange): Action | null {
  const has = (action: string) => actions.includes(action);
  if (has('create') && (has('delete') || has('forget'))) return 'replace';
  if (has('create')) return 'create';
  if (has('update')) return 'update';
  if (has('delete')) return 'delete';
  if (has('forget')) return 'forget';
  return importing !== undefined && importing !== null ? 'import' : null;
}

/**
 * Outputs that get another value. Format 0.1 calls every output created, however often it was applied; there the state
 * before tells. Later versions say `no-op`.
 */
export function changedOutputs(plan: Plan): readonly string[] {
  const before = plan.format_version.startsWith('0.1') ? plan.prior_state?.values?.outputs : null;
  return Object.entries(plan.output_changes ?? {})
    .filter(([output, { actions, after }]) => {
      if (!actions.some((action) => ['create', 'update', 'delete'].includes(action))) return false;
      const known = own(own(before, output), 'value');
      return known === undefined || JSON.stringify(known) !== JSON.stringify(after);
    })
    .map(([output]) => output);
}

/** A field of an object's own; undefined of anything else. */
export function own(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, field)?.value : undefined;
}
