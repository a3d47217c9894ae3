import type { Catalog } from './catalog.ts';

/** Who looks, as far as it decides what is shown: some services are shown only to their owners. */
export interface Viewer {
  /** Names of services of which nothing is shown: neither title nor person nor name. */
  readonly hidden: readonly string[];
}

/** One that may see everything: a token with the scope `admin`, and whoever has the database. */
export const seesEverything: Viewer = { hidden: [] };

export interface RestrictedService {
  /** Its name and its aliases, as they are written and lower-case. */
  readonly names: readonly string[];
  /** Slack member ids. */
  readonly owners: ReadonlySet<string>;
}

export type Looker =
  /** A channel, a token that may only read: whoever else reads it too. */
  { readonly type: 'anybody' } | { readonly type: 'admin' } | { readonly type: 'person'; readonly slackId: string };

/** The one place that decides who sees what. */
export function viewerOf(restricted: readonly RestrictedService[], looker: Looker): Viewer {
  if (looker.type === 'admin') return seesEverything;
  const hidden = restricted.filter(({ owners }) => looker.type === 'anybody' || !owners.has(looker.slackId));
  return { hidden: hidden.flatMap(({ names }) => names) };
}

/** What belongs to several services is hidden when one of them is. */
export function isHidden({ hidden }: Viewer, services: readonly (string | null)[]): boolean {
  return hidden.length > 0 && services.some((name) => name !== null && hidden.includes(name.toLowerCase()));
}

/** What the settings say of services, without those that they may not know: nothing is explained by one of them. */
export function visibleCatalog(catalog: Catalog, viewer: Viewer): Catalog {
  if (viewer.hidden.length === 0) return catalog;
  const services = catalog.services
    .filter(({ name }) => !isHidden(viewer, [name]))
    .map((service) => ({ ...service, dependsOn: service.dependsOn.filter((name) => !isHidden(viewer, [name])) }));
  return { ...catalog, services };
}

/** The names that they may know. */
export function visibleNames<V extends { readonly services: ReadonlyMap<string, string> }>(
  vocabulary: V,
  viewer: Viewer,
): V {
  if (viewer.hidden.length === 0) return vocabulary;
  const services = [...vocabulary.services].filter(([, name]) => !isHidden(viewer, [name]));
  return { ...vocabulary, services: new Map(services) };
}

/** Whether words name a service that they may not know, however it is separated: `PAYROLL_DB` names `payroll`. */
export function namesHidden({ hidden }: Viewer): (...texts: readonly (string | null)[]) => boolean {
  if (hidden.length === 0) return () => false;
  const names = new RegExp(`(?<![a-z0-9])(${hidden.map(patternOf).join('|')})(?![a-z0-9])`, 'iu');
  return (...texts) => texts.some((text) => text !== null && names.test(text));
}

function patternOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, (each) => (/[-_\s]/.test(each) ? '[-_ ]' : `\\${each}`));
}
