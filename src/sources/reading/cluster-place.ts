import type { Catalog } from '../../domain/catalog.ts';
import { outsideText } from '../../domain/outside-text.ts';

type Texts = Readonly<Record<string, unknown>> | null | undefined;

interface Metadata {
  readonly labels?: Texts;
  readonly annotations?: Texts;
}

/** Clusters know no environments: one that is named as such, by a label or annotation, is taken as it stands. */
export function environmentTold(metadata: Metadata): string | undefined {
  return labelled(metadata, ['environment', 'env', 'app.kubernetes.io/environment']);
}

/**
 * The first of `places` (cluster, project, namespace, name of the object) that is, or has as one of its words, an
 * environment of the settings: `shop-prod` is in `prod`.
 */
export function environmentNamed(places: readonly (string | undefined)[], catalog: Catalog): string | undefined {
  return places.map((each) => knownIn(each, catalog)).find((each) => each !== undefined);
}

/** Of an object `checkout-production`, `checkout` only where the settings know both words. */
export function serviceIn(metadata: Metadata, name: string, catalog: Catalog): string {
  return labelled(metadata, ['service']) ?? knownServiceIn(name, catalog) ?? name;
}

/** The first label or annotation of these names. */
function labelled({ labels, annotations }: Metadata, names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => [labels?.[name], annotations?.[name]])
    .map((value) => (typeof value === 'string' ? outsideText(value, 200) : undefined))
    .find((value) => value !== undefined);
}

function knownIn(name: string | undefined, { environments }: Catalog): string | undefined {
  if (name === undefined) return undefined;
  if (environments.has(name.toLowerCase())) return name;
  const known = wordsOf(name).filter((word) => environments.has(word));
  return known.length === 1 ? known[0] : undefined;
}

function knownServiceIn(name: string, { environments, services }: Catalog): string | undefined {
  const isOneOf = (given: string) =>
    services.some((each) => [each.name, ...each.aliases].some((own) => own.toLowerCase() === given));
  if (isOneOf(name.toLowerCase())) return undefined;
  const words = wordsOf(name);
  const rest = words.filter((word) => !environments.has(word)).join('-');
  return rest !== words.join('-') && isOneOf(rest) ? rest : undefined;
}

function wordsOf(name: string): readonly string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}
