import type { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import { outsideText } from '../../domain/outside-text.ts';
import type { App, Application } from './fields.ts';

type Told = z.output<typeof Application>;

/**
 * Argo CD knows no environments. One that is named as such (a label or annotation `environment` or `env`, or
 * `environment` in the context of the notifications) is taken as it stands; else the first name among cluster, project,
 * namespace and application that is, or has as one of its words, an environment of the settings; else the namespace,
 * which the settings may make an alias.
 */
export function placeOf(
  app: Told,
  environment: string | undefined,
  catalog: Catalog,
): Pick<App, 'environmentName' | 'serviceName'> {
  const { destination, project } = app.spec ?? {};
  const places = [destination?.name, project, destination?.namespace, app.metadata.name];
  return {
    environmentName:
      labelled(app, ['environment', 'env', 'app.kubernetes.io/environment']) ??
      environment ??
      places.map((each) => knownIn(each, catalog)).find((each) => each !== undefined) ??
      destination?.namespace,
    serviceName: labelled(app, ['service']) ?? serviceIn(app.metadata.name, catalog) ?? app.metadata.name,
  };
}

function labelled({ metadata }: Told, names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => [metadata.labels?.[name], metadata.annotations?.[name]])
    .map((value) => (typeof value === 'string' ? outsideText(value, 200) : undefined))
    .find((value) => value !== undefined);
}

function knownIn(name: string | undefined, { environments }: Catalog): string | undefined {
  if (name === undefined) return undefined;
  if (environments.has(name.toLowerCase())) return name;
  const known = wordsOf(name).filter((word) => environments.has(word));
  return known.length === 1 ? known[0] : undefined;
}

/** `checkout-production` is the service `checkout` only where the settings know both words. */
function serviceIn(name: string, { environments, services }: Catalog): string | undefined {
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
