import { datadogChange } from './datadog-change.ts';
import { fireHydrantChange } from './firehydrant-change.ts';
import { pagerDutyChange } from './pagerduty-change.ts';
import { isObject } from './reading/json.ts';

type Body = Readonly<Record<string, unknown>>;

/** A body of another product in our own shape, or why it is none. Undefined: it is not that product's. */
export type Translate = (body: Body) => Body | string | undefined;

const translations: readonly Translate[] = [pagerDutyChange, datadogChange, fireHydrantChange];

/**
 * What other products call a change, in our own shape; what that does not fit is found by its reader. All of ours have
 * a `kind`, and none of theirs has.
 */
export function inOurShape(
  value: unknown,
): { readonly outcome: 'ours'; readonly value: unknown } | { readonly outcome: 'rejected'; readonly error: string } {
  if (!isObject(value) || 'kind' in value) return { outcome: 'ours', value };
  for (const translate of translations) {
    const ours = translate(value);
    if (typeof ours === 'string') return { outcome: 'rejected', error: ours };
    if (ours !== undefined) return { outcome: 'ours', value: ours };
  }
  return { outcome: 'ours', value };
}
