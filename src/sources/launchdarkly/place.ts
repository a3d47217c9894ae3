import { outsideText } from '../../domain/outside-text.ts';
import type { Entry } from './entry.ts';

/** Where an entry's change took place, and what was done there. */
export interface Place {
  /** Undefined: nowhere in particular, or everywhere. */
  readonly environment: string | undefined;
  readonly project: string | undefined;
  /** The key of the flag, segment or whatever the entry is about. */
  readonly key: string | undefined;
  /** As LaunchDarkly names what roles may allow: `updateOn`. */
  readonly actions: readonly string[];
}

/** More environments than anybody has, and more that is done at once in all of them. */
const most = 100;
const mostActions = 1000;

/** One for each environment that the entry names; at least one. */
export function placesOf(entry: Entry): readonly Place[] {
  const accesses = entry.accesses ?? [];
  const touched: readonly { readonly resource: string | undefined; readonly action: string | undefined }[] =
    accesses.length > 0
      ? accesses
      : (entry.target?.resources ?? []).map((resource) => ({ resource, action: entry.verbKind }));
  const places = new Map<string | undefined, Place>();
  for (const { resource, action } of touched.slice(0, mostActions)) {
    const place = placeIn(resource ?? '');
    const same = places.get(place.environment);
    if (same === undefined && places.size === most) continue;
    const actions = new Set([...(same?.actions ?? []), ...(action === undefined ? [] : [action])]);
    places.set(place.environment, { ...(same ?? place), actions: [...actions] });
  }
  return places.size === 0 ? [withoutResources(entry)] : [...places.values()];
}

function withoutResources({ project, key, verbKind }: Entry): Place {
  return {
    environment: project?.environment?.key,
    project: project?.key,
    key,
    actions: verbKind === undefined ? [] : [verbKind],
  };
}

/** `proj/acme;tag:env/production;tag:flag/new-checkout`: https://launchdarkly.com/docs/home/account/role-resources */
function placeIn(resource: string): Omit<Place, 'actions'> {
  const parts = resource
    .slice(0, 1000)
    .split(':')
    .map((part) => /^([\w-]+)\/([^;]*)/.exec(part) ?? [])
    .map(([, type, key]) => ({ type, key: key === '*' ? undefined : outsideText(key, 150) }));
  const last = parts.at(-1);
  const keyOf = (type: string) => parts.find((part) => part.type === type)?.key;
  return { environment: keyOf('env'), project: keyOf('proj'), key: last?.key };
}
