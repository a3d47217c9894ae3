import { z } from 'zod';
import { resourceCounts, resourceTotal } from '../reading/resource-counts.ts';

/** How many resources each operation was done to; `same` is most of them. */
export const ResourceChanges = z.record(z.string(), z.unknown()).nullish();
type ResourceChanges = z.output<typeof ResourceChanges>;

/** One replacement may be counted once as such, or in its two halves. https://www.pulumi.com/docs/iac/concepts/ */
function countsOf(changes: ResourceChanges) {
  const of = (...operations: readonly string[]) =>
    operations.map((operation) => numberOf(changes?.[operation])).reduce((sum, count) => sum + count, 0);
  return [
    [of('create', 'import'), 'created'],
    [of('update'), 'changed'],
    [
      Math.max(of('replace'), of('create-replacement'), of('delete-replaced')) +
        of('update-replace', 'import-replacement'),
      'replaced',
    ],
    [of('delete'), 'destroyed'],
  ] as const;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** `: 3 changed, 1 destroyed`; nothing where none are told. */
export function changeWords(changes: ResourceChanges): string {
  const counts = countsOf(changes);
  return resourceTotal(counts) === 0 ? '' : `: ${resourceCounts(counts)}`;
}

/** True if it says of resources that none of them changed. */
export function saysNothingChanged(changes: ResourceChanges): boolean {
  return Object.keys(changes ?? {}).length > 0 && resourceTotal(countsOf(changes)) === 0;
}
