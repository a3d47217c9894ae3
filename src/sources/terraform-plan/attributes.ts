import type { Statement } from '../../domain/event.ts';
import { outsideJson } from '../../domain/outside-text.ts';
import { isObject } from '../reading/json.ts';
import { masked } from './conceal-plan.ts';
import { type Action, type ResourceChange, own } from './plan.ts';

export interface PlannedResource {
  readonly address: string;
  readonly action: Action;
  readonly resource: ResourceChange;
}

const mostResources = 50;
const mostAttributes = 20;
const unknownYet = '(known after apply)';

/** By action, the addresses; what replaced resources are replaced for; and how many there are beyond those listed. */
export function listed(
  resources: readonly PlannedResource[],
  outputs: readonly string[],
): NonNullable<Statement['details']> {
  const lists = Object.groupBy(resources.slice(0, mostResources), ({ action }) => action);
  const addresses = Object.entries(lists).map(
    ([action, group]) => [action, group.map(({ address }) => address)] as const,
  );
  const reasons = resources
    .filter(({ action }) => action === 'replace')
    .slice(0, mostResources)
    .flatMap(({ address, resource }) => {
      const paths = pathsOf(resource.change.replace_paths);
      const reason = paths.length > 0 ? paths.join(', ') : resource.action_reason?.replaceAll('_', ' ');
      return reason === undefined ? [] : [[address, reason] as const];
    });
  return outsideJson({
    ...Object.fromEntries(addresses),
    ...(reasons.length === 0 ? {} : { replaced_for: Object.fromEntries(reasons) }),
    ...(outputs.length === 0 ? {} : { outputs: outputs.slice(0, mostResources) }),
    ...(resources.length <= mostResources ? {} : { not_listed: resources.length - mostResources }),
  });
}

/**
 * Of resources that stay or are replaced, the attributes that get another value, by address. What the plan calls
 * sensitive is concealed, if it is not so already.
 */
export function changedAttributes(resources: readonly PlannedResource[]): Pick<Statement, 'before' | 'after'> {
  const before: [string, object][] = [];
  const after: [string, object][] = [];
  for (const { address, action, resource } of resources.slice(0, mostResources)) {
    if (action !== 'update' && action !== 'replace') continue;
    const { change } = resource;
    const hide = () => '‹secret›';
    const old = fieldsOf(masked(change.before, change.before_sensitive, hide));
    const young = fieldsOf(masked(change.after, change.after_sensitive, hide));
    const names = [
      ...new Set([...Object.keys(old), ...Object.keys(young), ...Object.keys(fieldsOf(change.after_unknown))]),
    ]
      .filter((name) => isUnknown(change, name) || JSON.stringify(own(old, name)) !== JSON.stringify(own(young, name)))
      .slice(0, mostAttributes);
    if (names.length === 0) continue;
    before.push([address, Object.fromEntries(names.map((name) => [name, own(old, name) ?? null]))]);
    after.push([
      address,
      Object.fromEntries(
        names.map((name) => [name, isUnknown(change, name) ? unknownYet : (own(young, name) ?? null)]),
      ),
    ]);
  }
  if (before.length === 0) return {};
  return { before: outsideJson(Object.fromEntries(before)), after: outsideJson(Object.fromEntries(after)) };
}

function isUnknown(change: ResourceChange['change'], name: string): boolean {
  return own(change.after_unknown, name) === true;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** `[["user_data"], ["network", 0, "id"]]` as `user_data` and `network.0.id`. */
function pathsOf(paths: unknown): readonly string[] {
  if (!Array.isArray(paths)) return [];
  return paths
    .slice(0, mostAttributes)
    .filter((path): path is unknown[] => Array.isArray(path))
    .map((path) =>
      path
        .slice(0, 10)
        .filter((step) => typeof step === 'string' || typeof step === 'number')
        .join('.'),
    )
    .filter((path) => path !== '');
}
